import wrapAnsi from 'wrap-ansi';
import { plainText, truncate } from './plain-text.ts';

export const labelWidth = 11;
const textLimit = 300;

/** Text from logs or settings, harmless and not endless. */
export const shown = (text: string): string => plainText(truncate(text, textLimit));

/** `label     text`, with the text's further lines under its first. */
export function labelled(
  label: string,
  text: string,
  columns: number,
  indent: number,
  emphasise: (label: string) => string,
  width = labelWidth,
): string {
  return wrap(text, columns - width - indent)
    .split('\n')
    .map((line, index) => {
      const start =
        index === 0 && label ? emphasise(label) + ' '.repeat(width - label.length) : ' '.repeat(width);
      return `${' '.repeat(indent)}${start}${line}`.trimEnd();
    })
    .join('\n');
}

export const wrap = (text: string, width: number): string => wrapAnsi(text, width, { hard: true });
