import { barX } from '@observablehq/plot';
import type { Report, ReportCoverage } from '../../model/report.ts';
import { plural } from '../../phrases.ts';
import { plainText } from '../plain-text.ts';
import { chart } from './chart.ts';
import { type AccountNames, accountOf, figureOf, moment, section, table } from './elements.ts';
import { html, type Markup, name } from './markup.ts';

const rowsShown = 100;
const placesDrawn = 40;

export const evidenceSection = (report: Report, id: string, title: string): Markup =>
  section(
    id,
    title,
    html`<p>${reading(report)}</p>`,
    unreadable(report),
    coverage(report.coverage, report.accountNames),
    digests(report),
    missing(report),
    html`<h3>What this report cannot know</h3><ul>${report.cannotKnow.map((each) => html`<li>${each}</li>`)}</ul>`,
  );

function reading({ reading: read, coverage: { percent } }: Report): Markup {
  const share =
    percent === null
      ? 'How many hours it covers is not known.'
      : `${percent} % of all hours of all places have no known gap.`;
  if (!read) return html`Made from what the suite's table holds. ${share}`;
  return html`${plural(read.files, 'file')}, ${figureOf(read.records)} records, ${figureOf(read.secretEvents)} about secrets, ${figureOf(read.duplicates)} doubled. ${share}`;
}

const unreadable = ({ reading: read }: Report): Markup | false =>
  read !== null &&
  read.unreadable.length > 0 &&
  table({
    caption: `Could not be read, or not in full: ${read.unreadable.length}`,
    limit: rowsShown,
    rows: read.unreadable,
    columns: [
      { head: 'File', cell: ({ path }) => name(path, 200) },
      { head: 'Why', cell: ({ reason }) => reason, kind: 'prose' },
    ],
  });

function coverage({ places }: ReportCoverage, names: AccountNames): Markup | false {
  if (places.length === 0) return false;
  const gaps = places.flatMap((place) => place.gaps.map((gap) => ({ place, gap })));
  const drawn = places.slice(0, placesDrawn).map((place, index) => ({ ...place, key: String(index) }));
  const labels = new Map(
    drawn.map(({ key, account, region }) => [key, plainText(`${accountOf(account, names)} ${region}`)]),
  );
  const description = `${plural(places.length, 'place')} (account and Region) with evidence; ${gaps.length === 0 ? 'no known gap' : plural(gaps.length, 'known gap')}.`;
  return html`<h3>Where and when</h3>
<figure>${chart({
    id: 'coverage',
    title: 'Evidence by place',
    description,
    width: 960,
    height: 40 + drawn.length * 17,
    marginLeft: 190,
    x: { type: 'utc', label: null, ticks: 8 },
    y: {
      domain: drawn.map(({ key }) => key),
      tickFormat: (key: string) => labels.get(key) ?? '',
      tickSize: 0,
      label: null,
    },
    marks: [
      barX(drawn, {
        y: 'key',
        x1: ({ from }) => new Date(from),
        x2: ({ to }) => new Date(to),
        fill: 'var(--bar)',
        stroke: 'var(--bar)',
        insetTop: 3,
        insetBottom: 3,
      }),
      barX(
        drawn.flatMap(({ key, gaps: of }) => of.map((gap) => ({ key, ...gap }))),
        {
          y: 'key',
          x1: ({ from }) => new Date(from),
          x2: ({ to }) => new Date(to),
          fill: 'var(--gap)',
          stroke: 'var(--gap)',
        },
      ),
    ],
  })}<figcaption>${description} Bars are time with records; taller blocks on them are gaps.</figcaption></figure>
${
  gaps.length > 0 &&
  table({
    caption: `Known gaps: ${gaps.length}`,
    limit: rowsShown,
    rows: gaps,
    columns: [
      { head: 'Place', cell: ({ place }) => `${accountOf(place.account, names)} ${place.region}` },
      { head: 'From', cell: ({ gap }) => moment(gap.from) },
      { head: 'To', cell: ({ gap }) => moment(gap.to) },
      { head: 'Hours', cell: ({ gap }) => gap.hours, kind: 'figure' },
      { head: 'Kind', cell: ({ gap }) => (gap.kind === 'end' ? 'ends before the rest' : 'records follow') },
    ],
  })
}
${table({
  caption: 'Places',
  limit: rowsShown,
  rows: places,
  columns: [
    { head: 'Place', cell: ({ account, region }) => `${accountOf(account, names)} ${region}` },
    { head: 'From', cell: ({ from }) => moment(from) },
    { head: 'To', cell: ({ to }) => moment(to) },
    {
      head: 'Records',
      cell: ({ records }) => (records === null ? 'not counted' : figureOf(records)),
      kind: 'figure',
    },
    { head: 'Can a gap be told?', cell: ({ gapsCanBeTold }) => gapsCanBeTold },
  ],
})}`;
}

const digests = ({ digests: report }: Report): Markup | false =>
  report !== null &&
  html`<h3>Digest files</h3>
<p>${plural(report.digests, 'digest')}; log files: ${report.logFiles.intact} intact, ${report.logFiles.changed} changed, ${report.logFiles.missing} missing; signatures: ${report.signatures.valid} valid, ${report.signatures.invalid} invalid, ${report.signatures.unchecked} not checked.</p>
${
  report.faults.length > 0 &&
  table({
    caption: `Faults: ${report.faults.length}`,
    limit: rowsShown,
    rows: report.faults,
    columns: [
      { head: 'Place', cell: ({ account, region }) => `${account} ${region}` },
      { head: 'From', cell: ({ from }) => moment(from) },
      { head: 'To', cell: ({ to }) => moment(to) },
      { head: 'What', cell: ({ explanation }) => explanation, kind: 'prose' },
    ],
  })
}`;

const missing = ({ missingCalls }: Report): Markup | false =>
  missingCalls.length > 0 &&
  html`<h3>Missing calls</h3>${table({
    caption: `What happened to secrets without the call that caused it: ${missingCalls.length}`,
    limit: rowsShown,
    rows: missingCalls,
    columns: [
      { head: 'Secret', cell: ({ secret }) => name(secret.name) },
      { head: 'When', cell: ({ time }) => moment(time) },
      { head: 'What', cell: ({ explanation }) => explanation, kind: 'prose' },
    ],
  })}`;
