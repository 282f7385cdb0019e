import type { AccessRow, Report } from '../../model/report.ts';
import { plural, shortPrincipal } from '../../phrases.ts';
import { truncate } from '../plain-text.ts';
import { type AccountNames, accountOf, figureOf, secretName, section } from './elements.ts';
import { heatLevelByPowers } from './heat.ts';
import { html, type Markup, name } from './markup.ts';

const secretsShown = 40;
const identitiesShown = 22;
const nameLength = 30;

const rowKey = ({ secret: { account, region, name } }: Pick<AccessRow, 'secret'>): string =>
  `${account}:${region}:${name}`;
const columnKey = ({ account, principal }: AccessRow): string => `${account}/${principal}`;
const weight = ({ reads, days }: AccessRow): number => reads ?? days;

/** Secrets that a verdict points at first, and the identities that read most of those. */
export function readersSection({ access, secrets, accountNames }: Report, id: string, title: string): Markup {
  if (access.length === 0) return section(id, title, html`<p>No read of a value is known.</p>`);
  const bySecret = Map.groupBy(access, rowKey);
  const rows = secrets.filter((row) => bySecret.has(rowKey(row)));
  const shownRows = rows.slice(0, secretsShown);
  const identities = readersOfMost(shownRows.flatMap((row) => bySecret.get(rowKey(row)) ?? []));
  const everybody = new Set(access.map(columnKey)).size;
  const most = access.reduce((greatest, row) => Math.max(greatest, weight(row)), 1);
  const unit = access[0]?.reads === null ? 'days with a read' : 'reads';
  const caption = `${unit === 'reads' ? 'Reads' : 'Days with a read'} of ${shownRows.length} of ${plural(rows.length, 'secret')} by ${identities.length} of ${everybody} identities`;
  const hidden = { secrets: rows.length - shownRows.length, identities: everybody - identities.length };
  return section(
    id,
    title,
    html`<p>Each cell counts ${unit}. Secrets to look at come first, then the identities that read most of them.</p>
<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table class="matrix">
<caption>${caption}</caption>
<thead><tr><th scope="col">Secret</th>${headsOf(identities, accountNames)}<th scope="col">others</th></tr></thead>
<tbody>
${shownRows.map((row) => {
  const readers = new Map((bySecret.get(rowKey(row)) ?? []).map((each) => [columnKey(each), each]));
  const others = readers.size - identities.filter((each) => readers.has(columnKey(each))).length;
  return html`<tr><th scope="row">${secretName(row.secret, accountNames)}</th>${identities.map((each) =>
    cellOf(readers.get(columnKey(each)), most),
  )}<td class="others">${others > 0 && `+${others}`}</td></tr>
`;
})}</tbody></table></div>
${
  hidden.secrets + hidden.identities > 0 &&
  html`<p class="note">And ${plural(hidden.secrets, 'secret')} and ${hidden.identities} identities more: access.csv of <code>--format csv</code> has every pair.</p>`
}`,
  );
}

const readersOfMost = (access: readonly AccessRow[]): AccessRow[] =>
  [...Map.groupBy(access, columnKey)]
    .sort(([a, of], [b, others]) => others.length - of.length || (a < b ? -1 : 1))
    .slice(0, identitiesShown)
    .flatMap(([, [first]]) => first ?? []);

/** Roles of one name in several accounts are told apart. */
function headsOf(identities: readonly AccessRow[], names: AccountNames): Markup[] {
  const shorts = identities.map(({ principal }) => truncate(shortPrincipal(principal), nameLength));
  return identities.map(({ account }, index) => {
    const short = shorts[index] ?? '';
    const isShared = shorts.indexOf(short) !== shorts.lastIndexOf(short);
    return html`<th scope="col"><span>${name(short)}${isShared && html` (${accountOf(account, names)})`}</span></th>`;
  });
}

const cellOf = (row: AccessRow | undefined, most: number): Markup =>
  row
    ? html`<td class="l${heatLevelByPowers(weight(row), most)}">${figureOf(weight(row))}</td>`
    : html`<td></td>`;
