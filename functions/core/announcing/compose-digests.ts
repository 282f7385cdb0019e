import type { DigestAnnouncement } from '../model/announcement.ts';
import type { Settings } from '../model/settings.ts';
import type { HeldMessage, StoredIncident } from '../ports.ts';
import { type DigestSection, entryOf, expiringSection, openSection } from './digest-entries.ts';
import { ownerTarget, type Target } from './targets.ts';

/** Of what is so, and should have been dealt with by now. */
const overdueChecks: ReadonlySet<string> = new Set([
  'rotation-due',
  'rotation-off',
  'old-key-alive',
  'secret-posture',
]);

export interface Period {
  /** Milliseconds. */
  readonly from: number;
  readonly to: number;
}

type Digest = Pick<DigestAnnouncement, 'because' | 'owner'> & {
  readonly target: string;
  readonly period: Period;
  readonly sections: readonly DigestSection[];
  /** Tells it from others of the target. */
  readonly number?: number;
};

/** Of several digests of one moment each has its number. */
export const digestOf = ({
  target,
  because,
  owner,
  period,
  sections,
  number = 1,
}: Digest): DigestAnnouncement => ({
  schemaVersion: '1.0',
  kind: 'digest',
  id: `digest-${target}-${because}-${new Date(period.to).toISOString()}${number > 1 ? `-${number}` : ''}`,
  revision: 1,
  targets: [target],
  because,
  owner,
  from: new Date(period.from).toISOString(),
  to: new Date(period.to).toISOString(),
  sections: [...sections],
});

/** What was held back, as it is now. */
export const heldDigest = (
  target: Target,
  messages: readonly { readonly held: HeldMessage; readonly stored: StoredIncident }[],
  now: number,
  number: number,
): DigestAnnouncement =>
  digestOf({
    target: target.name,
    because: messages.some(({ held }) => held.because === 'quiet-hours') ? 'quiet-hours' : 'limit',
    owner: null,
    period: { from: Math.min(...messages.map(({ held }) => held.at)), to: now },
    sections: [{ title: 'Held back', entries: messages.map(({ stored }) => entryOf(stored)), more: 0 }],
    number,
  });

/** Sections for a target: what is open, came up in the period and was not sent by itself. */
export const targetSections = (
  open: readonly StoredIncident[],
  settings: Pick<Settings, 'exceptions' | 'suppressions'>,
  { to }: Period,
  hasTarget: (owner: string) => boolean,
): DigestSection[] => [
  ...openSection('Open', open),
  // Whose owner has no target of its own would be heard of by nobody.
  ...expiringSection(settings, [], (owner) => !hasTarget(owner), to),
];

/** Sections for an owner: what it has to look after. */
export function ownerSections(
  owner: string,
  open: readonly StoredIncident[],
  settings: Pick<Settings, 'exceptions' | 'suppressions'>,
  { from, to }: Period,
): DigestSection[] {
  const own = open.filter(({ record }) => record.owners.includes(owner));
  const isOverdue = ({ record, audible }: StoredIncident): boolean =>
    audible !== undefined && record.incident.detectors.some((id) => overdueChecks.has(id));
  const isTold = ({ told }: StoredIncident): boolean => told.count > 0;
  // Also what is only observed: the contract and life differ, whatever is sent.
  const isDrifting = ({ record: { incident } }: StoredIncident): boolean =>
    incident.detectors.includes('outside-contract') && Date.parse(incident.lastSeen ?? '') >= from;
  return [
    ...openSection(
      'Open',
      own.filter((stored) => isTold(stored) && !isOverdue(stored)),
    ),
    ...openSection('Overdue', own.filter(isOverdue), ({ record }) =>
      record.incident.firstSeen === null ? null : `since ${record.incident.firstSeen.slice(0, 10)}`,
    ),
    ...openSection(
      'Drifting',
      own.filter((stored) => !isTold(stored) && isDrifting(stored)),
      () => 'used outside its contract: permit it there, or end it',
    ),
    ...expiringSection(settings, own, (each) => each === owner, to),
  ];
}

/** Owners that have a target of their own. */
export const ownersWithTarget = (
  { teams, defaults, secrets }: Pick<Settings, 'teams' | 'defaults' | 'secrets'>,
  targets: ReadonlyMap<string, Target>,
): string[] =>
  [...new Set([...Object.keys(teams), ...[defaults, ...secrets].flatMap(({ owner }) => owner ?? [])])].filter(
    (owner) => targets.has(ownerTarget(owner)),
  );
