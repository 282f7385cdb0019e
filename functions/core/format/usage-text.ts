import { dayOf, plural, someOf } from '../phrases.ts';
import { minuteOf } from '../usage/amounts.ts';
import type { SentSummary } from '../usage/sent-tally.ts';
import { labelled, shown } from './labelled-lines.ts';
import type { TerminalTableOptions } from './terminal-options.ts';

/** What an import did. */
export interface UsageImport {
  readonly secret: string;
  readonly files: number;
  readonly sent: SentSummary;
  /** Rows that could not be read; named on standard error. */
  readonly unreadable: number;
  /** Names of columns and parameters whose values were not taken. */
  readonly leftOut: readonly string[];
  /** Where they went, or why nowhere. */
  readonly stored:
    | { readonly table: string; readonly added: number; readonly offered: number }
    | { readonly because: string };
}

export type UsageTextOptions = Pick<TerminalTableOptions, 'columns' | 'emphasise'>;

const widestBar = 40;
const leftOutShown = 8;
const narrowest = 40;
const widest = 100;

/** What was imported, when it was sent, and what was not kept. */
export function usageImportText(done: UsageImport, { columns, emphasise }: UsageTextOptions): string {
  const width = Math.max(narrowest, Math.min(columns, widest));
  const { sent, stored, unreadable, leftOut } = done;
  const line = (label: string, text: string) =>
    labelled(label, text, width, 0, (each) => emphasise('heading', each));
  const lines = [
    line('Secret', shown(done.secret)),
    line(
      'Messages',
      `${count(sent.messages)} in ${plural(done.files, 'file')}${sent.repeated > 0 ? `; ${count(sent.repeated)} ${sent.repeated === 1 ? 'row' : 'rows'} named one again, which counts once` : ''}`,
    ),
    ...(unreadable > 0
      ? [
          line(
            'Unread',
            `${count(unreadable)} ${unreadable === 1 ? 'row' : 'rows'} could not be read, each reason on standard error`,
          ),
        ]
      : []),
    ...(sent.from !== undefined && sent.to !== undefined
      ? [line('Sent', `${minuteOf(sent.from)} to ${minuteOf(sent.to)}`)]
      : []),
    ...(sent.busiest ? busiestLines(sent.busiest, width, line) : []),
    line(
      'Stored',
      'because' in stored
        ? `Nothing: ${stored.because}`
        : `${count(stored.added)} new in table ${shown(stored.table)}; ${count(stored.offered - stored.added)} ${stored.offered - stored.added === 1 ? 'was' : 'were'} there already`,
    ),
    line(
      'Not kept',
      `Numbers and texts, and whatever else a row holds${leftOut.length > 0 ? `: ${shown(someOf(leftOut.map(shown), leftOutShown))}` : ''}. Kept of a message are its hour and a hash of its id.`,
    ),
    line(
      'Not known',
      'Messages that are in none of these files. A time without an offset was taken for UTC.',
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function busiestLines(
  { day, hours }: NonNullable<SentSummary['busiest']>,
  width: number,
  line: (label: string, text: string) => string,
): string[] {
  const most = Math.max(...hours);
  const digits = count(most).length;
  const room = Math.min(widestBar, width - 20 - digits);
  const total = hours.reduce((sum, each) => sum + each, 0);
  return [
    line(
      'Busiest',
      `${dayOf(day)}, ${count(total)} ${total === 1 ? 'message' : 'messages'}; by hour of UTC:`,
    ),
    ...hours.map((messages, hour) =>
      `           ${String(hour).padStart(2, '0')}  ${count(messages).padStart(digits)}  ${'#'.repeat(Math.ceil((messages / most) * room))}`.trimEnd(),
    ),
  ];
}

const count = (messages: number): string => messages.toLocaleString('en-GB');
