import { barX, tickX } from '@observablehq/plot';
import type { Report, RotationRow, RotationStanding } from '../../model/report.ts';
import { plural } from '../../phrases.ts';
import { plainText, truncate } from '../plain-text.ts';
import { chart } from './chart.ts';
import { moment, secretName, section, table } from './elements.ts';
import { html, type Markup } from './markup.ts';

const barsShown = 20;
const rowsShown = 300;

const sources = { log: 'log', inventory: 'list of secrets', suite: "the suite's record" } as const;

const standingMarks: Readonly<Record<RotationStanding, string>> = {
  overdue: '▲',
  'due soon': '●',
  'within policy': '✓',
  'not known': '?',
  'no policy': '–',
};

const colours: Readonly<Record<RotationStanding, string>> = {
  overdue: 'var(--late)',
  'due soon': 'var(--soon)',
  'within policy': 'var(--fine)',
  'not known': 'var(--bar)',
  'no policy': 'var(--bar)',
};

export const rotationSection = (report: Report, id: string, title: string): Markup =>
  section(
    id,
    title,
    html`<p>How old each value is, as of ${moment(report.asOf)}, against what the settings ask; 90 days where they say nothing.</p>`,
    ages(report.rotation),
    report.rotation.length > 0 &&
      table({
        caption: 'Age of each value, overdue first',
        limit: rowsShown,
        rows: report.rotation,
        columns: [
          { head: 'Secret', cell: ({ secret }) => secretName(secret, report.accountNames) },
          {
            head: 'Standing',
            cell: ({ standing }) =>
              html`<span class="standing ${standing.replace(' ', '-')}"><span aria-hidden="true">${standingMarks[standing]}</span> ${standing}</span>`,
          },
          { head: 'Age, days', cell: ({ ageDays }) => ageDays ?? 'not known', kind: 'figure' },
          { head: 'May be', cell: ({ everyDays }) => everyDays ?? 'any', kind: 'figure' },
          { head: 'Changed', cell: ({ changed }) => changed !== null && moment(changed) },
          { head: 'Says', cell: ({ by }) => by !== null && sources[by] },
          { head: 'Why', cell: ({ because }) => because, kind: 'prose' },
        ],
      }),
  );

function ages(rotation: readonly RotationRow[]): Markup | false {
  const known = rotation.filter(({ ageDays }) => ageDays !== null);
  if (known.length === 0) return false;
  const shown = known.slice(0, barsShown).map((row, index) => ({ ...row, key: String(index) }));
  const labels = new Map(shown.map(({ key, secret }) => [key, plainText(truncate(secret.name, 34))]));
  const count = (standing: RotationStanding) => known.filter((row) => row.standing === standing).length;
  const description = `Of ${plural(known.length, 'secret')} whose age is known ${count('overdue')} are overdue, ${count('due soon')} due soon and ${count('within policy')} within policy.`;
  return html`<figure>${chart({
    id: 'ages',
    title: 'Age of values against policy',
    description,
    width: 960,
    height: 50 + shown.length * 19,
    marginLeft: 230,
    marginRight: 90,
    x: { label: 'days', grid: true, ticks: 6 },
    y: {
      domain: shown.map(({ key }) => key),
      tickFormat: (key: string) => labels.get(key) ?? '',
      tickSize: 0,
      label: null,
    },
    marks: [
      barX(shown, {
        y: 'key',
        x: 'ageDays',
        fill: ({ standing }) => colours[standing as RotationStanding],
        insetTop: 2,
        insetBottom: 2,
      }),
      tickX(
        shown.filter(({ everyDays }) => everyDays !== null),
        { y: 'key', x: 'everyDays', stroke: 'currentColor', strokeWidth: 2 },
      ),
    ],
  })}<figcaption>${description} The upright line is how old it may be.${known.length > shown.length && ` The worst ${shown.length} are drawn.`}</figcaption></figure>`;
}
