import * as z from 'zod';
import { snoozeEnds, snoozeFields } from '../core/format/snooze-dialog.ts';
import type { HandlingWord } from '../core/model/incident-record.ts';

const who = { user: z.object({ id: z.string() }), team: z.object({ id: z.string() }) };

/** Which button of which incident; the value is the incident's id and revision, as `formatSlack` writes it. */
const actionSchema = z.object({
  action_id: z.enum(['acknowledge', 'snooze', 'not-expected'] satisfies HandlingWord[]),
  value: z.string().regex(/^.+:\d+$/),
});

const pressSchema = z.object({
  type: z.literal('block_actions'),
  ...who,
  trigger_id: z.string(),
  channel: z.object({ id: z.string() }),
  actions: z.tuple([actionSchema], z.unknown()),
});

const submissionSchema = z.object({
  type: z.literal('view_submission'),
  ...who,
  view: z.object({
    callback_id: z.literal(snoozeFields.dialog),
    private_metadata: z.string().min(1),
    state: z.object({
      values: z.object({
        [snoozeFields.reason]: z.object({
          [snoozeFields.reason]: z.object({ value: z.string().nullable() }),
        }),
        [snoozeFields.end]: z.object({
          [snoozeFields.end]: z.object({
            selected_option: z.object({
              value: z.enum(Object.keys(snoozeEnds) as [keyof typeof snoozeEnds]),
            }),
          }),
        }),
      }),
    }),
  }),
});

const interactionSchema = z.discriminatedUnion('type', [pressSchema, submissionSchema]);

/** What a person did in Slack. */
export type Interaction = z.infer<typeof interactionSchema>;
export type Press = z.infer<typeof pressSchema>;
export type Submission = z.infer<typeof submissionSchema>;

/** The payload of a form that Slack sends; `undefined` where it is nothing that our messages can cause. */
export function interactionIn(body: string): Interaction | undefined {
  const payload = new URLSearchParams(body).get('payload');
  try {
    return interactionSchema.safeParse(JSON.parse(payload ?? '')).data;
  } catch {
    return undefined;
  }
}

export const incidentOf = ({ actions: [{ value }] }: Press): string => value.slice(0, value.lastIndexOf(':'));
