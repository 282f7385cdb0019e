import wrapAnsi from 'wrap-ansi';
import type { Incident } from '../model/incident.ts';
import { compareSeverity, isAtLeast, type Severity } from '../model/severity.ts';
import { plural, shortPrincipal, someOf } from '../phrases.ts';
import { plainText, truncate } from './plain-text.ts';
import type { TerminalTableOptions } from './terminal-options.ts';

const narrowest = 60;
/** Longer lines are hard to read. */
const widest = 120;
const detailed: Severity = 'medium';
const labelWidth = 10;
const timeWidth = 21;
const stageWidth = 13;
const stagesShown = 12;
const textLimit = 300;

const shown = (text: string): string => plainText(truncate(text, textLimit));
const wrap = (text: string, width: number): string[] => wrapAnsi(text, width, { hard: true }).split('\n');

/**
 * Incidents as a person reads them, the gravest first: a time line of those that are at least medium, and how many more
 * there are. Empty where there is none.
 */
export function incidentsText(
  incidents: readonly Incident[],
  { columns, emphasise }: Pick<TerminalTableOptions, 'columns' | 'emphasise'>,
): string {
  const width = Math.max(narrowest, Math.min(columns, widest));
  const grave = incidents
    .filter(({ severity }) => isAtLeast(severity, detailed))
    .toSorted((a, b) => compareSeverity(b.severity, a.severity));
  const milder = incidents.length - grave.length;
  return [
    ...grave.map((incident) => incidentBlock(incident, width, emphasise)),
    ...(milder > 0 ? [`${plural(milder, 'incident')} below ${detailed}, of which the findings tell.`] : []),
  ].join('\n\n');
}

/** One incident: its time line, whom and what it concerns. */
export function incidentBlock(
  incident: Incident,
  width: number,
  emphasise: TerminalTableOptions['emphasise'],
): string {
  const { severity, because, stages, id, findings, evidence, actors, secrets } = incident;
  const [head = '', ...others] = wrap(`${severity.toUpperCase()}  ${shown(incident.title)}`, width);
  const label = (name: string, text: string): string[] =>
    wrap(text, width - labelWidth - 2).map(
      (line, index) =>
        `  ${index === 0 ? `${emphasise('quiet', name)}${' '.repeat(labelWidth - name.length)}` : ' '.repeat(labelWidth)}${line}`,
    );
  const untold = stages.length - stagesShown;
  return [
    `${emphasise(severity, severity.toUpperCase())}${head.slice(severity.length)}`,
    ...others,
    ...stages.slice(0, stagesShown).flatMap(({ stage, at, title }) => {
      const margin = timeWidth + stageWidth + 2;
      return wrap(shown(title), width - margin).map((line, index) =>
        index === 0
          ? `  ${emphasise('quiet', momentOf(at).padEnd(timeWidth))}${stage.padEnd(stageWidth)}${line}`
          : `${' '.repeat(margin)}${line}`,
      );
    }),
    ...(untold > 0 ? label('More', plural(untold, 'further sign')) : []),
    ...(because ? label('Severity', `${severity}, because ${because}`) : []),
    ...label('Who', actors.length > 0 ? shown(someOf(actors.map(shortPrincipal))) : 'several'),
    ...label('Secrets', secrets.length > 0 ? shown(someOf(secrets)) : 'several, or none by name'),
    ...label(
      'Incident',
      `${id}: ${plural(findings.length, 'finding')}, ${evidence.length === 100 ? 'at least ' : ''}${plural(evidence.length, 'event')}`,
    ),
  ].join('\n');
}

const momentOf = (time: string | null): string =>
  time === null ? 'time unknown' : time.slice(0, 19).replace('T', ' ');
