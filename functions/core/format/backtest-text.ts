import type { Backtest, Difference, Hidden } from '../engine/backtest.ts';
import type { BacktestRun } from '../engine/backtest-report.ts';
import type { Finding } from '../model/finding.ts';
import type { Incident } from '../model/incident.ts';
import { type Severity, severities } from '../model/severity.ts';
import { more, plural } from '../phrases.ts';
import { differenceBlocks } from './backtest-differences.ts';
import { originsOf, periodOf, when } from './finding-text.ts';
import { labelled, shown, wrap } from './labelled-lines.ts';
import { plainText, truncate } from './plain-text.ts';
import type { TerminalTableOptions } from './terminal-options.ts';

export interface BacktestTextOptions extends Pick<TerminalTableOptions, 'columns' | 'emphasise'> {
  readonly run: BacktestRun;
  /** Time of the first and the last event that was judged. */
  readonly period: { readonly from: string; readonly to: string } | undefined;
  readonly events: number;
}

const narrowest = 60;
/** Longer lines are hard to read. */
const widest = 120;
const idsShown = 5;

/** A back-test as a person reads it: the verdict, what each suppression would have hidden, and what changes besides. */
export function backtestText(backtest: Backtest, options: BacktestTextOptions): string {
  const columns = Math.max(narrowest, Math.min(options.columns, widest));
  const applied = { ...options, columns };
  const blocks = [
    summary(backtest, applied),
    ...backtest.hidden.map((hidden) => suppressionBlock(hidden, backtest, applied)),
    ...differenceBlocks(backtest, applied),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function summary(
  backtest: Backtest,
  { run, period, events, columns, emphasise }: BacktestTextOptions,
): string[] {
  const counts = ({ gained, lost, changed }: Difference<unknown>, before: number, after: number): string =>
    `${before} before, ${after} after: ${gained.length} gained, ${lost.length} lost, ${changed.length} changed`;
  const rows: [string, string][] = [
    [
      'Settings',
      `${shown(run.settings)} against ${run.against === undefined ? 'the built-in settings' : shown(run.against)}`,
    ],
    ['Events', `${events}${period ? `, ${when(period.from)} to ${when(period.to)}` : ''}`],
    ['Findings', counts(backtest.findings, run.before.findings.length, run.after.findings.length)],
    ['Incidents', counts(backtest.incidents, run.before.incidents.length, run.after.incidents.length)],
    ['Verdict', verdict(backtest, run, events, emphasise)],
  ];
  return rows.map(([label, text]) => labelled(label, text, columns, 0, (name) => emphasise('heading', name)));
}

const thresholdOf = (failOn: Severity): string => (failOn === 'critical' ? 'critical' : `${failOn} or above`);

function verdict(
  backtest: Backtest,
  { failOn, unreadable, against, hidesSomething }: BacktestRun,
  events: number,
  emphasise: TerminalTableOptions['emphasise'],
): string {
  const incomplete =
    unreadable.length > 0
      ? ' Incomplete: what could not be read is listed on standard error and may hold more.'
      : '';
  if (events === 0) return `Nothing to compare: no event about a secret is in what was read.${incomplete}`;
  const grave = new Set(backtest.hidden.flatMap((hidden) => hidden.grave));
  const weak = new Set(backtest.hidden.flatMap((hidden) => withoutGrave(hidden)));
  const { missed } = backtest;
  const parts = [
    ...(grave.size > 0 ? [plural(grave.size, 'finding')] : []),
    ...(weak.size > 0 ? [`${plural(weak.size, 'incident')} of milder findings`] : []),
  ];
  const said = [
    ...(parts.length > 0
      ? [`Suppressions would have hidden ${parts.join(' and ')} at ${thresholdOf(failOn)}.`]
      : []),
    ...(missed.length > 0
      ? [
          `${plural(missed.length, 'finding')} at ${thresholdOf(failOn)} ${missed.length === 1 ? 'is' : 'are'} lost, or milder.`,
        ]
      : []),
  ].join(' ');
  if (hidesSomething) return `${emphasise('high', said)}${incomplete}`;
  const nothing = `Nothing at ${thresholdOf(failOn)} would have been hidden${against === undefined ? '' : ' that was not before'}.`;
  // Against the built-in settings a loss is what tuning is for.
  return `${incomplete ? nothing : emphasise('good', nothing)}${said ? ` ${said}` : ''}${incomplete}`;
}

/** Hidden incidents that no grave finding tells already. */
const withoutGrave = ({ incidents, grave }: Hidden): Incident[] =>
  incidents.filter(({ findings }) => !grave.some(({ id }) => findings.includes(id)));

function suppressionBlock(
  hidden: Hidden,
  { hidden: all }: Backtest,
  { run, columns, emphasise }: BacktestTextOptions,
): string[] {
  const { suppression, findings, grave, already } = hidden;
  const total = run.after.findings.length;
  const counts = severities
    .toReversed()
    .map(
      (severity) => [findings.filter((finding) => finding.severity === severity).length, severity] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}`);
  const subject = suppression
    ? `Suppression ${shown(suppression.id)}`
    : `All ${all.length - 1} suppressions together`;
  const incidents = withoutGrave(hidden);
  const nothing =
    findings.length > 0 && grave.length + incidents.length === 0
      ? `; nothing${already.length > 0 ? ' more' : ''} at ${thresholdOf(run.failOn)}`
      : '';
  const head = `${emphasise('heading', subject)} would have hidden ${findings.length} of ${plural(total, 'finding')}${counts.length > 0 ? `: ${counts.join(', ')}` : ''}${nothing}`;
  const row = (label: string, text: string) =>
    labelled(label, text, columns, 2, (name) => emphasise('quiet', name));
  return [
    wrap(head, columns),
    ...(suppression
      ? [
          row('Reason', shown(`${suppression.reason} (${suppression.owner}, until ${suppression.until})`)),
          row('Matches', shown(matchText(suppression.match))),
        ]
      : []),
    ...(already.length > 0
      ? [
          row(
            'Before',
            `${already.length} of these at ${thresholdOf(run.failOn)}, which the old settings hold back too`,
          ),
        ]
      : []),
    ...grave.map((finding) => hiddenFinding(finding, columns, emphasise)),
    ...incidents.map((incident) => hiddenIncident(incident, columns, emphasise)),
  ];
}

const matchText = (match: NonNullable<Hidden['suppression']>['match']): string =>
  Object.entries(match)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');

function hiddenFinding(
  finding: Finding,
  columns: number,
  emphasise: TerminalTableOptions['emphasise'],
): string {
  const quiet = (name: string) => emphasise('quiet', name);
  return [
    tagged(finding, finding.title, columns, emphasise),
    labelled('When', periodOf(finding), columns, 4, quiet),
    labelled('From', originsOf(finding, 3), columns, 4, quiet),
    labelled('Rule', shown(finding.detector), columns, 4, quiet),
    labelled('Events', idsOf(finding.evidence, finding.count), columns, 4, quiet),
  ].join('\n');
}

function hiddenIncident(
  incident: Incident,
  columns: number,
  emphasise: TerminalTableOptions['emphasise'],
): string {
  const quiet = (name: string) => emphasise('quiet', name);
  const { id, findings, evidence, summary } = incident;
  return [
    tagged(incident, incident.title, columns, emphasise),
    labelled('Incident', `${id}, ${plural(findings.length, 'finding')}`, columns, 4, quiet),
    labelled('Story', plainText(truncate(summary, 1000)), columns, 4, quiet),
    labelled('Events', idsOf(evidence, evidence.length), columns, 4, quiet),
  ].join('\n');
}

const idsOf = (ids: readonly string[], count: number): string =>
  `${ids.slice(0, idsShown).map(shown).join(', ')}${more(Math.max(count, ids.length) - Math.min(ids.length, idsShown))}`;

function tagged(
  { severity }: { readonly severity: Severity },
  title: string,
  columns: number,
  emphasise: TerminalTableOptions['emphasise'],
): string {
  const text = wrap(`[${severity.toUpperCase()}] ${shown(title)}`, columns - 4).replaceAll('\n', '\n    ');
  const [tag = '', ...rest] = text.split(']');
  return `  ${emphasise(severity, `${tag}]`)}${rest.join(']')}`;
}
