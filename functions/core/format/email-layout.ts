import wrapAnsi from 'wrap-ansi';
import { commandLines } from './command-lines.ts';
import type { Step } from './incident-steps.ts';
import { plainText, truncate } from './plain-text.ts';

/** Reads well in any mail client, quoted once too. */
export const columns = 78;
/** SNS takes fewer than 100 characters, ASCII, no line break (Publish in the SNS API reference); `Re: ` is kept free. */
const subjectLimit = 99 - 'Re: '.length;

export interface EmailText {
  readonly subject: string;
  readonly text: string;
}

export const emailOf = (subject: string, sections: readonly (readonly string[])[]): EmailText => ({
  subject,
  text: `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`,
});

/** Empty where there is nothing to say. */
export const section = (title: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? [...hanging('', title), ...lines] : [];

/** Text after a label, its further lines under its first. */
export function hanging(label: string, text: string): string[] {
  if (!ordinaryLabel.test(label)) return paragraph(`${label}${text}`);
  return wrapAnsi(text, columns - label.length, { hard: true })
    .split('\n')
    .map((line, index) => `${index === 0 ? label : ' '.repeat(label.length)}${line}`.trimEnd());
}

export const paragraph = (text: string): string[] => hanging('', text);

/** So long, and of such characters, that text has room beside it. */
const ordinaryLabel = /^[\x20-\x7e]{0,40}$/;

/** Leading spaces are layout, which wrapping would take away. */
export function factLines(fact: string): string[] {
  const indent = /^ */.exec(fact)?.[0] ?? '';
  return hanging(indent, fact.slice(indent.length));
}

/** `Label  text`, aligned. */
export function labelled(rows: readonly (readonly [label: string, text: string])[]): string[] {
  const width = Math.max(0, ...rows.map(([label]) => label.length)) + 2;
  return rows.flatMap(([label, text]) => hanging(label.padEnd(width), text));
}

/** Numbered; commands stand on lines of their own, and can be pasted also where they are longer than one. */
export const stepLines = (steps: readonly Step[]): string[] =>
  steps.flatMap(({ text, commands }, index) => {
    const number = `${index + 1}. `;
    const indent = ' '.repeat(number.length);
    const inner = text === '' ? indent : `${indent}  `;
    const below = commands.flatMap(({ line, note }) => [
      ...(line === undefined
        ? []
        : commandLines(line, columns - inner.length).map((each) => `${inner}${each}`)),
      ...(note === undefined ? [] : hanging(indent, note)),
    ]);
    const lines = text === '' ? below : [...hanging(indent, text), ...below];
    return lines.map((line, place) => (place === 0 ? `${number}${line.slice(number.length)}` : line));
  });

/** The first that fits; the last of them is cut where none does. */
export function subjectOf(candidates: readonly string[]): string {
  const ascii = candidates.map(toAscii);
  const last = ascii.at(-1) ?? '';
  return (
    ascii.find((subject) => subject.length <= subjectLimit) ??
    `${last.slice(0, subjectLimit - 3).trimEnd()}...`
  );
}

/** Letters with marks lose the marks; what is still outside printable ASCII becomes `?`. */
const toAscii = (text: string): string =>
  plainText(truncate(text, 400))
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^\x20-\x7e]/gu, '?');
