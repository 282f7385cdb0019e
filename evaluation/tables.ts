import type { FalseIncidentRate, KindSummary, Recall, Summary } from './measure.ts';
import type { Level } from './measured.ts';
import type { Report } from './report.ts';
import { untellable } from './untellable.ts';

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const grades = ['easy', 'middle', 'hard'] as const;

const share = (value: number): string => value.toFixed(3);
const withInterval = ({ recall, interval }: Recall): string =>
  `${share(recall)} (${share(interval.low)} to ${share(interval.high)})`;
const ofCount = (recall: Recall | undefined): string => (recall ? `${recall.found}/${recall.count}` : '-');
const rate = ({ perWeek, interval }: FalseIncidentRate): string =>
  `${perWeek.toFixed(2)} (${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})`;

/** `45 s`, `12 min`, `3.5 h`, `2.1 d`. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '-';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${(seconds / 3_600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} d`;
}

const fromSeverity = (level: Level): string => (level === 'medium' ? 'medium' : 'any');

export function tablesOf(report: Report): Table[] {
  return [
    kindTable(report),
    gradeTable(report),
    auditorTable(report),
    unfindableTable(report),
    targetTable(report),
    untellableTable(),
  ].filter(({ rows }) => rows.length > 0);
}

function kindTable({ ours: [medium, any], peers }: Report): Table {
  const recallIn = (summary: Summary | undefined, kind: string): string => {
    const found = summary?.kinds.find((each) => each.kind === kind);
    return found ? share(found.recall) : '-';
  };
  return {
    title: 'Recall by kind of attack (incidents from medium; for the peers from medium / of any severity)',
    head: [
      'attack',
      'recall (95 %)',
      'found',
      ...grades,
      'median time',
      'any severity',
      ...peers.map(({ vendor }) => vendor),
    ],
    rows: medium.kinds.map((kind: KindSummary) => [
      kind.kind,
      withInterval(kind),
      ofCount(kind),
      ...grades.map((grade) => ofCount(kind.grades.get(grade))),
      duration(kind.medianSeconds),
      recallIn(any, kind.kind),
      ...peers.map(({ summaries }) => summaries.map((summary) => recallIn(summary, kind.kind)).join(' / ')),
    ]),
  };
}

function gradeTable({ ours: [medium], peers }: Report): Table {
  return {
    title: 'Recall by grade (the same)',
    head: ['grade', 'recall (95 %)', 'found', ...peers.map(({ vendor }) => vendor)],
    rows: [...medium.grades].map(([grade, recall]) => [
      grade,
      withInterval(recall),
      ofCount(recall),
      ...peers.map(({ summaries }) =>
        summaries.map((summary) => share(summary.grades.get(grade)?.recall ?? 0)).join(' / '),
      ),
    ]),
  };
}

function auditorTable({ ours, peers }: Report): Table {
  const row = (name: string, summary: Summary): string[] => [
    name,
    fromSeverity(summary.level),
    withInterval(summary.overall),
    rate(summary.falseIncidents),
    String(summary.falseIncidents.worst),
    String(summary.falseIncidents.inQuietPeriod),
    duration(summary.medianSeconds),
    summary.medianShare === null ? '-' : share(summary.medianShare),
  ];
  return {
    title: 'Auditors',
    head: [
      'auditor',
      'from severity',
      'recall (95 %)',
      'false incidents a week and organisation (95 %)',
      'most in one',
      'in quiet period',
      'median time',
      'attack share of evidence',
    ],
    rows: [
      ...ours.map((summary) => row('secrets-audit', summary)),
      ...peers.flatMap(({ vendor, summaries }) =>
        summaries.map((summary) => row(`${vendor} (port)`, summary)),
      ),
    ],
  };
}

function unfindableTable({ ours: [medium], unfindable }: Report): Table {
  const { found, count } = medium.unfindable;
  return {
    title: `Attacks that nobody could tell from peaceful use by CloudTrail alone: ${count}, of which ${found} were found. They are part of every figure above`,
    head: ['attack', 'why'],
    rows: [...unfindable].flatMap(([kind, reasons]) => reasons.map((reason) => [kind, reason])),
  };
}

const untellableTable = (): Table => ({
  title:
    '(*) Not counting, of the kinds found least, the grades that nobody can tell within so few false incidents. They are part of every other figure',
  head: ['attack', 'grade', 'why'],
  rows: untellable.map(({ kind, grade, why }) => [kind, grade, why]),
});

const targetTable = ({ targets }: Report): Table => ({
  title: 'Targets',
  head: ['target', 'demanded', 'measured', 'holds'],
  rows: targets.map(({ name, demanded, measured, holds }) => [
    name,
    demanded,
    measured,
    holds ? 'yes' : 'NO',
  ]),
});

/** For a terminal: as wide as it must be. */
export function asText({ title, head, rows }: Table): string {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [title, '', line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line), ''].join(
    '\n',
  );
}

export function asMarkdown({ title, head, rows }: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [`${title}:`, '', line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}
