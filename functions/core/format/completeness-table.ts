import type { Completeness } from '../model/completeness.ts';
import type { CoverageGap, CoveredPlace } from '../model/coverage.ts';
import { type Doubt, doubts, type Verdict, verdictKinds } from '../model/verdict.ts';
import { more, plural } from '../phrases.ts';
import { plainText, truncate } from './plain-text.ts';
import type { Emphasis } from './terminal-options.ts';

export interface CompletenessTableOptions {
  readonly emphasise: (emphasis: Emphasis, text: string) => string;
  /** Names of accounts by their number, where the settings give some. */
  readonly accountNames?: ReadonlyMap<string, string>;
}

const gapsShown = 3;
const faultsShown = 3;

/** What a summary says of the evidence, each a label and its text. */
export function completenessLines(
  { coverage, digests, missingCalls, verdicts, readers, people }: Completeness,
  options: CompletenessTableOptions,
): (readonly [label: string, text: string])[] {
  const gaps = coverage.places
    .flatMap((place) => place.gaps.map((gap) => ({ place, gap })))
    .sort((a, b) => b.gap.hours - a.gap.hours);
  const parts = [
    coverage.percent === null ? 'not known' : `${coverage.percent} % of hours`,
    ...gaps.slice(0, gapsShown).map(({ place, gap }) => describeGap(place, gap, options)),
  ];
  const quiet = coverage.places.filter(({ gapsCanBeTold }) => gapsCanBeTold === 'never').length;
  return [
    ['Evidence', `${parts.join('; ')}${more(gaps.length - gapsShown)}`],
    ...(quiet > 0
      ? [
          [
            '',
            quiet === coverage.places.length
              ? 'too quiet to tell a gap from an hour without activity'
              : `${quiet} of ${coverage.places.length} places (account and Region) too quiet to tell a gap`,
          ] as const,
        ]
      : []),
    ...(digests ? [['Digests', describeDigests(digests)] as const] : []),
    ...(missingCalls.length > 0
      ? [
          [
            'Missing',
            `${plural(missingCalls.length, 'time')} a secret changed or was used without the call that causes it: ${shown(missingCalls[0]?.explanation ?? '')}`,
          ] as const,
        ]
      : []),
    ['Secrets', `${verdicts.length}, ${plural(readers, 'reader')}, ${people} of them people`],
  ];
}

/** ` VERDICT      SECRETS  MEANS`, and a row for each verdict that occurs. */
export function verdictTable(
  { verdicts }: Completeness,
  { emphasise }: Pick<CompletenessTableOptions, 'emphasise'>,
): string {
  const row = (verdict: string, secrets: string, means: string): string =>
    ` ${verdict.padEnd(11)}  ${secrets.padStart(7)}  ${means}`.trimEnd();
  const rows = verdictKinds.flatMap((kind) => {
    const those = verdicts.filter(({ verdict }) => verdict === kind);
    if (those.length === 0) return [];
    const text = row(kind, String(those.length), kind === 'cannot know' ? meaningOf(those) : meanings[kind]);
    return [kind === 'clean' ? emphasise('good', text) : text];
  });
  return rows.length === 0
    ? ''
    : [emphasise('heading', row('VERDICT', 'SECRETS', 'MEANS')), ...rows].join('\n');
}

const meanings = {
  clean: 'nothing found, and nothing known to be missing',
  findings: 'see below',
} as const;

export const shortDoubts: Readonly<Record<Doubt, string>> = {
  gap: 'gap in the evidence',
  digests: 'digests with faults',
  'missing call': 'missing call',
  batch: 'batch call by filters',
  history: 'too little history',
};

/** `too little history (33), gap in the evidence (2)`; the most frequent first, without numbers where it is one. */
function meaningOf(verdicts: readonly Verdict[]): string {
  const counted = doubts
    .map((doubt) => ({ doubt, count: verdicts.filter((verdict) => verdict.doubts.includes(doubt)).length }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  const [only, ...others] = counted;
  if (only && others.length === 0) return shortDoubts[only.doubt];
  return counted.map(({ doubt, count }) => `${shortDoubts[doubt]} (${count})`).join(', ');
}

function describeGap(
  { account, region }: CoveredPlace,
  gap: CoverageGap,
  { accountNames }: CompletenessTableOptions,
): string {
  const place = shown(`${accountNames?.get(account) ?? account} ${region}`);
  return gap.kind === 'end'
    ? `${place} ends ${hourText(gap.from)}, ${plural(gap.hours, 'hour')} before the rest`
    : `gap: ${place}, ${spanText(gap.from, gap.to)}`;
}

function describeDigests({
  digests,
  signatures,
  logFiles,
  faults,
}: NonNullable<Completeness['digests']>): string {
  const files = [
    `${logFiles.intact} intact`,
    ...(logFiles.changed > 0 ? [`${logFiles.changed} changed`] : []),
    ...(logFiles.missing > 0 ? [`${logFiles.missing} missing`] : []),
  ].join(', ');
  const signed = [
    `${signatures.valid} valid`,
    ...(signatures.invalid > 0 ? [`${signatures.invalid} invalid`] : []),
    ...(signatures.unchecked > 0 ? [`${signatures.unchecked} not checked`] : []),
  ].join(', ');
  const told = faults
    .slice(0, faultsShown)
    .map(({ account, region, from, to, explanation }) =>
      shown(`${account} ${region}, ${spanText(from, to)}: ${explanation}`),
    );
  return `${plural(digests, 'digest')}; log files: ${files}; signatures: ${signed}${told.length > 0 ? `. ${told.join(' ')}${more(faults.length - faultsShown)}` : ''}`;
}

const textLimit = 300;
const shown = (text: string): string => plainText(truncate(text, textLimit));

/** `14 Nov 02:00`, UTC. */
const hourText = (time: string): string =>
  new Date(time)
    .toLocaleString('en-GB', {
      day: '2-digit',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      timeZone: 'UTC',
    })
    .replace(',', '');

/** `14 Nov 02:00-10:00`, or with both days. */
const spanText = (from: string, to: string): string => {
  const [start, end] = [hourText(from), hourText(to)];
  return start.slice(0, 6) === end.slice(0, 6) ? `${start}-${end.slice(7)}` : `${start} to ${end}`;
};
