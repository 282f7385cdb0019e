import { styleText } from 'node:util';
import { plainText } from '../functions/core/format/plain-text.ts';
import type { Emphasis } from '../functions/core/format/terminal-options.ts';
import type { AuditReport } from '../functions/core/model/audit-report.ts';

/** JSON allows these characters as they are, but whoever looks at it in a terminal should not be deceived by them. */
export const jsonText = (value: object): string => withoutTricks(JSON.stringify(value, undefined, 2));

/** The same on one line, for formats that have a document a line. */
export const jsonLine = (value: object): string => withoutTricks(JSON.stringify(value));

const withoutTricks = (json: string): string =>
  `${json.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\n'
      ? character
      : [...Array(character.length).keys()]
          .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
          .join(''),
  )}\n`;

const styles: Readonly<Record<Emphasis, Parameters<typeof styleText>[0]>> = {
  critical: ['bold', 'inverse', 'red'],
  high: ['bold', 'red'],
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
  heading: 'bold',
  good: 'green',
  quiet: 'dim',
};

/** Honours NO_COLOR and FORCE_COLOR, and colours nothing that is not a terminal. */
export const emphasise = (emphasis: Emphasis, text: string): string =>
  styleText(styles[emphasis], text, { stream: process.stdout });

/** Names on standard error what could not be read; everything else was judged all the same. */
export function reportUnreadable(unreadable: AuditReport['summary']['unreadable']): void {
  for (const { path, reason } of unreadable) {
    process.stderr.write(`${plainText(path)}: ${plainText(reason)}\n`);
  }
}

/** Where commands print to and speak to people. */
export const standardTerminal = {
  columns: process.stdout.columns ?? 80,
  emphasise,
  /** Standard output. */
  print: (text: string): void => {
    process.stdout.write(text);
  },
  /** Standard error. */
  say: (text: string): void => {
    process.stderr.write(text);
  },
};
