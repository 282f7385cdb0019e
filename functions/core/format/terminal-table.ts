import wrapAnsi from 'wrap-ansi';
import type { AuditReport } from '../model/audit-report.ts';
import type { Finding } from '../model/finding.ts';
import { isAtLeast, type Severity, severities } from '../model/severity.ts';
import { more, plural, shortPrincipal } from '../phrases.ts';
import { completenessLines, verdictTable } from './completeness-table.ts';
import { agentsOf, originsOf, periodOf, stepsOf, when } from './finding-text.ts';
import { incidentsText } from './incident-text.ts';
import { columnGap, plainTable } from './plain-table.ts';
import { plainText, truncate } from './plain-text.ts';
import type { TerminalTableOptions } from './terminal-options.ts';

const narrowest = 60;
/** Longer lines are hard to read. */
const widest = 140;
const detailed: Severity = 'medium';
/** Milder ones are counted, and are in the JSON. */
const listed: Severity = 'low';
const idsShown = 3;
const labelWidth = 10;

/** A report as a person reads it: what was covered, the verdict, a row a finding, and what to do about the graver ones. */
export function terminalTable(report: AuditReport, options: TerminalTableOptions): string {
  const columns = Math.max(narrowest, Math.min(options.columns, widest));
  const { emphasise } = options;
  const told = report.findings.filter(({ severity }) => isAtLeast(severity, listed));
  const blocks = [
    [
      ...coverage(report, options),
      ...(report.summary.secretEvents > 0 ? completenessLines(report.completeness, options) : []),
      ...verdict(report, options),
    ]
      .map(([label, text]) => labelled(emphasise('heading', label), label.length, text, columns))
      .join('\n'),
    verdictTable(report.completeness, options),
    // One finding alone is told below.
    incidentsText(
      report.incidents.filter(({ findings }) => findings.length > 1),
      { columns, emphasise },
    ),
  ];
  if (told.length > 0) blocks.push(findingRows(told, columns, emphasise));
  for (const finding of told.filter(({ severity }) => isAtLeast(severity, detailed))) {
    blocks.push(details(finding, columns, emphasise));
  }
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

type Labelled = readonly [label: string, text: string];

function coverage({ summary }: AuditReport, { ignored }: TerminalTableOptions): Labelled[] {
  const counts = [
    plural(summary.files, 'file'),
    plural(summary.records, 'record'),
    `${summary.secretEvents} about secrets`,
    plural(summary.duplicates, 'duplicate'),
    ...(ignored > 0 ? [`${plural(ignored, 'file')} of other kinds ignored`] : []),
    ...(summary.unreadable.length > 0 ? [`${summary.unreadable.length} unreadable`] : []),
  ];
  const period = summary.from && summary.to ? `${when(summary.from)} to ${when(summary.to)}` : 'not known';
  return [
    ['Coverage', counts.join(', ')],
    ['Period', period],
  ];
}

function verdict(
  { summary, findings }: AuditReport,
  { emphasise, failOn }: TerminalTableOptions,
): Labelled[] {
  const incomplete =
    summary.unreadable.length > 0
      ? ' Incomplete: what could not be read is listed on standard error and may hold more.'
      : '';
  if (findings.length === 0) {
    // Silence about secrets is not the same as good news about them.
    if (summary.secretEvents === 0) {
      return [['Verdict', `Nothing to judge: no event about a secret is in what was read.${incomplete}`]];
    }
    const text = `No findings in ${plural(summary.secretEvents, 'event')} about secrets.`;
    return [['Verdict', incomplete ? text + incomplete : emphasise('good', text)]];
  }
  const counts = severities.toReversed().flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count > 0 ? [emphasise(severity, `${count} ${severity}`)] : [];
  });
  const failing = findings.filter(({ severity }) => isAtLeast(severity, failOn)).length;
  const threshold = failOn === 'critical' ? 'critical' : `${failOn} or above`;
  return [
    [
      'Verdict',
      `${plural(findings.length, 'finding')}: ${counts.join(', ')}. ${failing === 0 ? 'None' : failing} at ${threshold} (--fail-on ${failOn}).${incomplete}`,
    ],
  ];
}

/** `label     text`, with the text's further lines under its first. */
function labelled(label: string, length: number, text: string, columns: number, indent = 0): string {
  const lines = wrap(text, columns - labelWidth - indent).split('\n');
  const gap = ' '.repeat(Math.max(1, labelWidth - length));
  return lines
    .map((line, index) =>
      `${' '.repeat(indent)}${index === 0 ? label + gap : ' '.repeat(labelWidth)}${line}`.trimEnd(),
    )
    .join('\n');
}

const wrap = (text: string, width: number): string => wrapAnsi(text, width, { hard: true });

const heads = ['SEVERITY', 'FIRST SEEN', 'SECRET', 'WHO', 'WHAT'] as const;
const cellLimit = 200;
const lineLimit = 600;

function findingRows(
  findings: readonly Finding[],
  columns: number,
  emphasise: TerminalTableOptions['emphasise'],
): string {
  const rows = findings.map((finding) => ({ finding, cells: cellsOf(finding) }));
  const widths = columnWidths(
    rows.map(({ cells }) => cells),
    columns,
  );
  return plainTable(
    heads,
    rows.map(({ finding, cells }) => ({ emphasis: finding.severity, cells })),
    { widths, emphasise },
  );
}

function cellsOf(finding: Finding): string[] {
  const who = finding.actor ? shortPrincipal(finding.actor.principal) : undefined;
  return [
    finding.severity,
    finding.firstSeen?.slice(0, 19).replace('T', ' ') ?? 'unknown',
    shown(finding.secret?.name ?? '-', cellLimit),
    shown(who ?? 'several', cellLimit),
    shown(who === undefined ? finding.title : withoutActor(finding.title, who), cellLimit),
  ];
}

const shown = (text: string, limit: number): string => truncate(plainText(text), limit);

/** Titles are whole sentences; beside a column of their own the actors need not stand in them again. */
function withoutActor(title: string, who: string): string {
  if (title.startsWith(`${who} `)) return title.slice(who.length + 1);
  return title.endsWith(` by ${who}`) ? title.slice(0, -` by ${who}`.length) : title;
}

/** Severity and date have their own width, secret and identity theirs up to a share; the title has the rest. */
function columnWidths(rows: readonly (readonly string[])[], columns: number): number[] {
  const isWide = columns >= 100;
  const severity = 8;
  const firstSeen = isWide ? 19 : 10;
  const left = columns - severity - firstSeen - 4 * columnGap;
  const share = Math.floor(left * (isWide ? 0.25 : 0.28));
  const natural = (index: number): number =>
    Math.min(
      share,
      rows.reduce((width, cells) => Math.max(width, cells[index]?.length ?? 0), heads[index]?.length ?? 0),
    );
  const about = natural(2);
  const who = natural(3);
  return [severity, firstSeen, about, who, left - about - who];
}

function details(finding: Finding, columns: number, emphasise: TerminalTableOptions['emphasise']): string {
  const severity = finding.severity;
  const title = wrap(
    `${emphasise(severity, severity.toUpperCase())}  ${shown(finding.title, lineLimit)}`,
    columns,
  );
  const lines: Labelled[] = [
    ['Why', plainText(finding.explanation)],
    ...(finding.secret
      ? ([['Secret', shown(finding.secret.arn ?? namedSecret(finding.secret), lineLimit)]] as const)
      : []),
    ['Who', finding.actor ? shown(finding.actor.principal, lineLimit) : 'several'],
    ['From', `${originsOf(finding, 3)}, by ${agentsOf(finding, 3)}`],
    ['When', `${periodOf(finding)}, ${plural(finding.count, 'event')}`],
    ['Do', stepsOf(finding).join('\n')],
    [
      'Rule',
      `${finding.detector} (${finding.links.docs})${finding.attack.map(({ id }) => `, ${id}`).join('')}`,
    ],
    [
      'Evidence',
      `${finding.evidence
        .slice(0, idsShown)
        .map((id) => shown(id, cellLimit))
        .join(', ')}${more(finding.count - idsShown)}`,
    ],
  ];
  return [
    title,
    ...lines.map(([label, text]) => labelled(emphasise('quiet', label), label.length, text, columns, 2)),
  ].join('\n');
}

const namedSecret = ({ name, account, region }: NonNullable<Finding['secret']>): string =>
  `${name} (account ${account}, ${region})`;
