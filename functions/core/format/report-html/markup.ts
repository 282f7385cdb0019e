import { plainText, truncate } from '../plain-text.ts';

/** Markup that is safe to write as it is. Made by `html` alone, and by the drawing of charts. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Shown = Markup | string | number | null | undefined | false | readonly Shown[];

/**
 * A template whose holes are escaped: text from logs can neither end an element or attribute, nor steer what is around it.
 * Markup of other templates stays; nothing is shown for what is not there.
 */
export const html = (parts: TemplateStringsArray, ...holes: readonly Shown[]): Markup =>
  new Markup(parts.reduce((text, part, index) => `${text}${written(holes[index - 1])}${part}`));

function written(shown: Shown): string {
  if (shown === null || shown === undefined || shown === false) return '';
  if (shown instanceof Markup) return shown.text;
  if (typeof shown === 'object') return shown.map(written).join('');
  return escaped(plainText(truncate(String(shown), textLimit)));
}

/** One hostile text must not push everything else out of sight. */
const textLimit = 1_200;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** A name from a log, apart from the direction of the text around it. */
export const name = (text: string, limit = 120): Markup => html`<bdi>${truncate(text, limit)}</bdi>`;
