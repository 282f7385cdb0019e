import type { Backtest, Changed } from '../engine/backtest.ts';
import type { Finding } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';
import { compareSeverity } from '../model/severity.ts';
import { plural } from '../phrases.ts';
import { labelled, labelWidth, shown } from './labelled-lines.ts';
import type { TerminalTableOptions } from './terminal-options.ts';

const rowsShown = 20;

type Judged = Finding | Incident;

/** What is gained, lost and changed; an incident of one finding is told by that finding. */
export function differenceBlocks(
  { findings, incidents }: Pick<Backtest, 'findings' | 'incidents'>,
  options: Pick<TerminalTableOptions, 'columns' | 'emphasise'>,
): string[][] {
  const beside = (told: readonly Finding[], stories: readonly Incident[]): Incident[] => {
    const ids = new Set(told.map(({ id }) => id));
    return stories.filter((story) => story.findings.length > 1 || !story.findings.every((id) => ids.has(id)));
  };
  const changedFindings = afterOf(findings.changed);
  const changedIncidents = afterOf(incidents.changed);
  const lines = (
    word: string,
    told: readonly Finding[],
    stories: readonly Incident[],
    labelOf: (item: Judged) => string,
  ) => [
    ...block(word, 'finding', told, labelOf, options),
    ...block(word, 'incident', beside(told, stories), labelOf, options),
  ];
  return [
    ...lines('GAINED', findings.gained, incidents.gained, ({ severity }) => severity),
    ...lines('LOST', findings.lost, incidents.lost, ({ severity }) => severity),
    ...lines(
      'CHANGED',
      [...changedFindings.keys()],
      [...changedIncidents.keys()],
      (item) => changedFindings.get(item as Finding) ?? changedIncidents.get(item as Incident) ?? '',
    ),
  ];
}

const afterOf = <Item extends Judged>(changes: readonly Changed<Item>[]): Map<Item, string> =>
  new Map(changes.map((change) => [change.after, changeOf(change)]));

function block(
  word: string,
  noun: string,
  items: readonly Judged[],
  labelOf: (item: Judged) => string,
  { columns, emphasise }: Pick<TerminalTableOptions, 'columns' | 'emphasise'>,
): string[][] {
  if (items.length === 0) return [];
  const rows = items.toSorted(byGravity).slice(0, rowsShown);
  const width = Math.max(labelWidth, ...rows.map((item) => labelOf(item).length + 2));
  return [
    [
      emphasise('heading', `${word}  ${plural(items.length, noun)}`),
      ...rows.map((item) =>
        labelled(
          labelOf(item),
          `${item.firstSeen?.slice(0, 16).replace('T', ' ') ?? 'time unknown'}  ${shown(item.title)}`,
          columns,
          2,
          (label) => emphasise(item.severity, label),
          width,
        ),
      ),
      ...(items.length > rows.length
        ? [`  and ${items.length - rows.length} more; --format json has all`]
        : []),
    ],
  ];
}

const byGravity = (a: Judged, b: Judged): number =>
  compareSeverity(b.severity, a.severity) || ((a.firstSeen ?? '~') < (b.firstSeen ?? '~') ? -1 : 1);

function changeOf({ before, after }: Changed<Judged>): string {
  const size = (item: Judged): string =>
    'count' in item ? plural(item.count, 'event') : plural(item.findings.length, 'finding');
  const severity = before.severity === after.severity ? [] : [`${before.severity} -> ${after.severity}`];
  const number = size(before) === size(after) ? [] : [`${size(before)} -> ${size(after)}`];
  const parts = [...severity, ...number];
  return parts.length > 0 ? parts.join(', ') : 'other findings';
}
