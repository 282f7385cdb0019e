import type { ModalView } from '@slack/types';
import { longestReason } from '../incidents/handling.ts';
import { incidentName } from '../incidents/incident-name.ts';
import { truncate } from './plain-text.ts';

/** Names of the dialog, and of what is filled in. */
export const snoozeFields = { dialog: 'snooze', reason: 'reason', end: 'end' } as const;

const hourMs = 3_600_000;

/** Ends to choose from, by the value that comes back. */
export const snoozeEnds = {
  '1h': { text: '1 hour', milliseconds: hourMs },
  '8h': { text: '8 hours', milliseconds: 8 * hourMs },
  '1d': { text: '1 day', milliseconds: 24 * hourMs },
  '3d': { text: '3 days', milliseconds: 72 * hourMs },
  '7d': { text: '7 days', milliseconds: 168 * hourMs },
  '30d': { text: '30 days', milliseconds: 720 * hourMs },
} as const satisfies Record<string, { text: string; milliseconds: number }>;

/** "View objects" of Block Kit. */
const longestTitle = 24;

const plain = (text: string) => ({ type: 'plain_text', text, emoji: false }) as const;

/** Asks why and until when nobody is to hear of an incident. */
export function snoozeDialog(incident: string): ModalView {
  const options = Object.entries(snoozeEnds).map(([value, { text }]) => ({ text: plain(text), value }));
  return {
    type: 'modal',
    callback_id: snoozeFields.dialog,
    private_metadata: incident,
    title: plain(truncate(`Snooze ${incidentName(incident)}`, longestTitle)),
    submit: plain('Snooze'),
    close: plain('Cancel'),
    blocks: [
      {
        type: 'input',
        block_id: snoozeFields.reason,
        label: plain('Reason'),
        hint: plain('It stays in the history of the incident.'),
        element: {
          type: 'plain_text_input',
          action_id: snoozeFields.reason,
          max_length: longestReason,
          min_length: 1,
        },
      },
      {
        type: 'input',
        block_id: snoozeFields.end,
        label: plain('For how long'),
        hint: plain('You hear of it before then only if it becomes critical.'),
        element: { type: 'static_select', action_id: snoozeFields.end, options },
      },
    ],
  };
}
