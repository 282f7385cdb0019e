import type { CoveredTime } from '../completeness/covered-time.ts';
import { type AccessEvent, secretsOf } from '../model/access-event.ts';
import type { MissingCall } from '../model/missing-call.ts';
import { plural, shortPrincipal, someOf } from '../phrases.ts';
import type { BlastRadiusInput } from './blast-radius-input.ts';

export interface UnknownBasis {
  readonly covered: CoveredTime;
  readonly consumerDays: number;
  /** By filters, since the moment in question, that may have read the secret. */
  readonly batches: readonly AccessEvent[];
  readonly missing: readonly MissingCall[];
  readonly isVersionInferred: boolean;
  readonly isVersionUnknown: boolean;
}

const dayMs = 86_400_000;
const gapsNamed = 3;

/** What nobody can tell from this evidence, the gravest first. */
export function unknownsOf(input: BlastRadiusInput, basis: UnknownBasis): string[] {
  return [
    ...evidenceLimits(input, basis),
    ...basis.batches
      .slice(0, 1)
      .map(
        () =>
          `${plural(basis.batches.length, 'batch call')} by filters since then, by ${someOf(
            basis.batches.map(({ actor }) => shortPrincipal(actor.principal)),
          )}, may have read it: the log does not say which secrets such a call returned.`,
      ),
    ...basis.missing.map(({ explanation }) => explanation),
    ...(basis.isVersionUnknown
      ? [
          'The version of some reads is not known: CloudTrail logs none, and the evidence does not show which was AWSCURRENT then.',
        ]
      : []),
    ...(basis.isVersionInferred
      ? ['Versions are inferred from when labels moved: CloudTrail does not log which version a read got.']
      : []),
    ...replicas(input),
    'Reads by other accounts may be in the logs of those accounts alone.',
    'What readers did with the value: copies in files, in processes and outside AWS are in no log of AWS.',
  ];
}

function evidenceLimits(
  { secret, since, unreadable }: BlastRadiusInput,
  { covered, consumerDays }: UnknownBasis,
): string[] {
  const { account, region } = secret;
  const place = covered.place(account, region);
  if (!place) return [`No record of account ${account} in ${region} is among what was read.`];
  const from = Date.parse(place.from);
  const gaps = covered.gapsSince(account, region, since);
  const hours = gaps.reduce((sum, gap) => sum + gap.hours, 0);
  return [
    ...(from > since
      ? [
          `The evidence begins at ${shortTime(place.from)}, after the moment in question: reads before are not known, and neither is who is new.`,
        ]
      : from > since - consumerDays * dayMs
        ? [
            `The evidence reaches back only to ${shortTime(place.from)}: who read it before that is not known, so whoever is called new may merely read seldom.`,
          ]
        : []),
    ...(Date.parse(place.to) < since
      ? [
          `The evidence ends at ${shortTime(place.to)}, before the moment in question: it holds nothing since then.`,
        ]
      : []),
    ...(hours > 0
      ? [
          `No record of ${account} ${region} for ${plural(hours, 'hour')} since then: ${gaps
            .slice(0, gapsNamed)
            .map((gap) => `${shortTime(gap.from)} to ${shortTime(gap.to)}`)
            .join(', ')}${gaps.length > gapsNamed ? ` and ${gaps.length - gapsNamed} more gaps` : ''}.`,
        ]
      : []),
    ...(place.gapsCanBeTold === 'never'
      ? [`So little happens in ${account} ${region} that a gap cannot be told from an hour without activity.`]
      : []),
    ...(unreadable > 0
      ? [`${plural(unreadable, 'input')} could not be read, or not in full; see standard error.`]
      : []),
  ];
}

/** Replicas hold the same value, and are read in their own Regions. */
function replicas({ secret, events }: BlastRadiusInput): string[] {
  const regions = new Set(
    events
      .filter((event) =>
        secretsOf(event).some(({ name, account }) => name === secret.name && account === secret.account),
      )
      .flatMap((event) => [
        ...(event.action === 'replicate' ? (event.detail.regions ?? []) : []),
        ...secretsOf(event)
          .filter(({ name }) => name === secret.name)
          .map(({ region }) => region),
      ]),
  );
  regions.delete(secret.region);
  return regions.size === 0
    ? []
    : [
        `A secret of this name is also in ${someOf([...regions])}: a replica there holds the same value, and its reads are not counted here.`,
      ];
}

const shortTime = (time: string): string => time.replace('.000Z', 'Z');
