import type { Severity } from '../../model/severity.ts';
import type { Verdict } from '../../model/verdict.ts';
import { shortPrincipal } from '../../phrases.ts';
import { html, type Markup, name, type Shown } from './markup.ts';

export interface Column<Row> {
  readonly head: Shown;
  readonly cell: (row: Row) => Shown;
  /** figure: stands to the right. prose: may take several lines. */
  readonly kind?: 'figure' | 'prose';
}

export interface TableOptions<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** So many rows are shown; the rest is counted. */
  readonly limit?: number;
}

/** A table whose first column names its rows. It scrolls by itself where the page is narrow. */
export function table<Row>({ caption, columns, rows, limit = rows.length }: TableOptions<Row>): Markup {
  const [first, ...others] = columns;
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ head, kind }) => html`<th scope="col"${classOf(kind)}>${head}</th>`)}</tr></thead>
<tbody>
${rows.slice(0, limit).map(
  (row) => html`<tr><th scope="row"${classOf(first?.kind)}>${first?.cell(row)}</th>${others.map(
    ({ cell, kind }) => html`<td${classOf(kind)}>${cell(row)}</td>`,
  )}</tr>
`,
)}</tbody></table></div>
${rows.length > limit && moreNote(rows.length - limit)}`;
}

const classOf = (kind: string | undefined): Markup | false => kind !== undefined && html` class="${kind}"`;

export const moreNote = (count: number): Markup =>
  html`<p class="note">And ${count} more, in the tables of <code>--format csv</code>.</p>`;

/** Numbers that a chart draws, for whoever does not see it. */
export const numbersOf = (content: Markup): Markup =>
  html`<details><summary>The same as a table</summary>${content}</details>`;

export const section = (id: string, title: string, ...content: readonly Shown[]): Markup =>
  html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>
`;

export const severityMarks: Readonly<Record<Severity, string>> = {
  critical: '◆',
  high: '▲',
  medium: '●',
  low: '○',
  info: '·',
};

/** By shape, word and colour. */
export const severityBadge = (severity: Severity): Markup =>
  html`<span class="badge ${severity}"><span aria-hidden="true">${severityMarks[severity]}</span> ${severity}</span>`;

const verdictMarks: Readonly<Record<Verdict['verdict'], string>> = {
  clean: '✓',
  findings: '▲',
  'cannot know': '?',
};

export const verdictMark = (verdict: Verdict['verdict']): Markup =>
  html`<span class="verdict ${verdict.replace(' ', '-')}"><span aria-hidden="true">${verdictMarks[verdict]}</span> ${verdict}</span>`;

/** `24 Nov 2026, 02:14`, UTC; the page says so once. */
export function moment(time: string | null): Markup {
  if (time === null) return html`time not known`;
  return html`<time datetime="${time}">${new Date(time).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
  })}</time>`;
}

export const dayOf = (time: string): string =>
  new Date(time).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });

export interface Place {
  readonly account: string;
  readonly region: string;
}

export type AccountNames = Readonly<Record<string, string>>;

export const accountOf = (account: string, names: AccountNames): string =>
  Object.hasOwn(names, account) ? (names[account] ?? account) : account;

export const secretName = (secret: Place & { readonly name: string }, names: AccountNames): Markup =>
  html`${name(secret.name)} <span class="place">${accountOf(secret.account, names)} ${secret.region}</span>`;

export const identityName = (principal: string, limit?: number): Markup =>
  name(shortPrincipal(principal), limit);

/** Names, the first few, and how many more. */
export const someNames = (names: readonly Markup[], limit: number): Markup =>
  html`${names.slice(0, limit).map((each, index) => html`${index > 0 && ', '}${each}`)}${names.length > limit && html` and ${names.length - limit} more`}`;

/** `12,345`. */
export const figureOf = (count: number): string => count.toLocaleString('en-GB');

/** `950`, `1.2k`, `34k`. */
export function shortFigure(count: number): string {
  if (count < 1_000) return String(count);
  const thousands = count / 1_000;
  return `${thousands < 10 ? thousands.toFixed(1) : Math.round(thousands)}k`;
}
