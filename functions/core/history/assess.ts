import type { Contracts } from '../contracts/contracts.ts';
import { type AccessEvent, secretsOf } from '../model/access-event.ts';
import type { Assessment, First } from '../model/assessment.ts';
import { type DaysSeen, dayNumber, daysBefore, seenBefore, seenOn } from './days-seen.ts';
import { networkOf } from './network.ts';
import type { Profile } from './profile.ts';
import { countReads } from './reads-sketch.ts';
import {
  actionFeature,
  agentOf,
  digestOf,
  hourOf,
  identitySubject,
  networkSubject,
  organisationSubject,
  permissionSetSubject,
  secretSubjects,
  systemOf,
  targetsOf,
  teamsOf,
} from './sightings.ts';

export interface AssessmentBasis {
  /** Of a subject; an empty one where nothing was ever seen. */
  profile(subject: string): Profile;
  /** Since when nothing is missing from the history; `undefined`: it was never filled. */
  readonly completeSince: number | undefined;
  /** Days of history that must lie before a day to call anything a first. */
  readonly minimumDays: number;
  readonly contracts: Pick<Contracts, 'judge' | 'isDecoy' | 'of'>;
}

/**
 * On how many days an identity must have been seen before something new about it says anything. What it reads says much
 * from the first day on; people try calls and tools for weeks.
 */
const knownDays = { team: 1, network: 3, agent: 3, region: 3, action: 8 } as const;
/** Calls that one either makes as one's job or never. */
const rareActions = new Set([
  'batch-read',
  'move-stage',
  'put-policy',
  'delete-policy',
  'replicate',
  'delete',
  'cancel-rotation',
]);
/** A secret is new for a week: its readers all begin then. */
const secretIsNewDays = 7;
/** What was seen on so many days belongs to the organisation: its network, its Region, its account, somebody's home. */
const settledDays = 3;
/** An office or a VPN: so many people, and hardly a machine. */
const peopleOfTheirOwn = 3;
const machinesAmongPeople = 2;
/** So many machines do not get stolen at once, but a NAT gateway serves them all; the last ones notice days later. */
const sharingMachines = { unknown: 4, known: 2 };
const adoptionDays = 7;
/** An hour is only odd for somebody whose hours are known. */
const hoursKnownDays = 4;
const othersHoursKnownDays = 40;
/**
 * So far from every hour at which somebody works begins the odd: farther for one person, whose evenings are not all
 * known, than for all who hold a permission set.
 */
const oddHours = { own: 5, others: 3 };
/** Ever new networks: this many began within the last 60 days, and on at least one in seven active days. */
const varyingNetworks = 3;
const varyingShare = 1 / 7;
const varyingDays = 60;

const people = new Set(['person', 'user']);

/**
 * What an event means in the light of history and contracts.
 *
 * History is taken by whole UTC days before the event's own, so that the verdict on a day does not depend on the order
 * in which its events arrive.
 */
export function assess(event: AccessEvent, basis: AssessmentBasis): Assessment {
  const { completeSince, minimumDays, contracts } = basis;
  const contract = contracts.judge(event);
  const isDecoy = secretsOf(event).some((secret) => contracts.isDecoy(secret));
  if (event.time === null) return { ...unknown, contract, isDecoy };

  const day = dayNumber(event.time);
  const identity = basis.profile(identitySubject(event));
  const usual = usualOf(identity, day);
  const suiteIsOld = completeSince !== undefined && day - dayNumber(completeSince) >= minimumDays;
  const networkKnownTo = networkKnown(event, identity, basis, day);
  return {
    history: suiteIsOld ? 'sufficient' : 'short',
    firsts: suiteIsOld ? firstsOf(event, basis, day) : [],
    networkKnownTo,
    regionsNewToOrganisation: suiteIsOld && event.action === 'replicate' ? newRegions(event, basis, day) : [],
    accountsNewToOrganisation:
      suiteIsOld && event.action === 'put-policy'
        ? newAccounts(event, basis, day)
        : (event.detail.policy?.accounts ?? []),
    networkIsShared: isSharedNetwork(event, basis, day, networkKnownTo === 'organisation'),
    seenSince: {
      identity: daysBefore(identity.days('day'), day).at(-1) ?? null,
      network: daysBefore(basis.profile(networkSubject(event) ?? '').days('day'), day).at(-1) ?? null,
      complete: completeSince === undefined ? null : dayNumber(completeSince),
    },
    secretIsNew: secretSubjects(event).some((subject) =>
      isNewSecret(basis.profile(subject).days('day'), day),
    ),
    usual,
    contract,
    isDecoy,
  };
}

/** Whether earlier evidence that arrives later could change what is said of an event. */
export const hasFirsts = (event: AccessEvent, basis: AssessmentBasis): boolean => {
  if (event.time === null || basis.completeSince === undefined) return false;
  const day = dayNumber(event.time);
  if (day - dayNumber(basis.completeSince) < basis.minimumDays) return false;
  return firstsOf(event, basis, day).length > 0;
};

function firstsOf(event: AccessEvent, basis: AssessmentBasis, day: number): First[] {
  const identity = basis.profile(identitySubject(event));
  const network = networkOf(event.origin);
  const active = daysBefore(identity.days('day'), day).length;
  if (active === 0)
    return ['identity', ...(oddHour(event, identity, basis, day) === 'hour' ? (['hour'] as const) : [])];
  const isNew = (days: DaysSeen | undefined) => !seenBefore(days, day);
  const action = actionFeature(event);
  const firsts: First[] = [];
  if (targetsOf(event).some((target) => isNew(identity.days('secret', digestOf(target)))))
    firsts.push('secret');
  const teams = teamsOf(event, (secret) => basis.contracts.of(secret).owner);
  // Only for identities whose secrets have owners: else each owner that is learned of would be a first.
  if (
    active >= knownDays.team &&
    identity.values('team').size > 0 &&
    teams.some((team) => isNew(identity.days('team', team)))
  ) {
    firsts.push('team');
  }
  if (network && active >= knownDays.network && isNew(identity.days('network', network)))
    firsts.push('network');
  if (active >= knownDays.agent && isNew(identity.days('agent', agentOf(event)))) {
    firsts.push('agent');
    const system = systemOf(event);
    if (system && isNew(identity.days('system', system))) firsts.push('system');
  }
  if (active >= knownDays.region && isNew(identity.days('region', event.region))) firsts.push('region');
  if (
    (active >= knownDays.action || rareActions.has(event.action)) &&
    isNew(identity.days('action', action))
  ) {
    firsts.push('action');
  }
  const hour = oddHour(event, identity, basis, day);
  if (hour) firsts.push(hour);
  return firsts;
}

const newAccounts = ({ detail }: AccessEvent, { profile }: AssessmentBasis, day: number): string[] =>
  (detail.policy?.accounts ?? []).filter(
    (account) => daysBefore(profile(organisationSubject).days('account', account), day).length < settledDays,
  );

const newRegions = ({ detail }: AccessEvent, { profile }: AssessmentBasis, day: number): string[] =>
  (detail.regions ?? []).filter(
    (region) => daysBefore(profile(organisationSubject).days('region', region), day).length < settledDays,
  );

/**
 * People only: machines run when they run. Hours near a usual one are usual. Somebody who is seen too seldom
 * for habits of their own is judged by the hours of their permission set.
 */
function oddHour(
  event: AccessEvent,
  identity: Profile,
  basis: AssessmentBasis,
  day: number,
): 'hour' | 'own-hour' | undefined {
  if (event.time === null || !people.has(event.actor.kind)) return undefined;
  const permissionSet = permissionSetSubject(event);
  const others = permissionSet ? basis.profile(permissionSet) : undefined;
  const isOwn = daysBefore(identity.days('day'), day).length >= hoursKnownDays;
  const isKnown = others !== undefined && daysBefore(others.days('day'), day).length >= othersHoursKnownDays;
  if ((!isOwn && !isKnown) || !isOdd(event.time, identity, day, oddHours[isOwn ? 'own' : 'others']))
    return undefined;
  if (!others || isOdd(event.time, others, day, oddHours.others)) return 'hour';
  return isOwn ? 'own-hour' : undefined;
}

function isOdd(time: number, subject: Profile, day: number, hours: number): boolean {
  const hour = Number(hourOf(time));
  for (let distance = -hours; distance <= hours; distance += 1) {
    if (seenBefore(subject.days('hour', String((hour + distance + 24) % 24)), day)) return false;
  }
  return true;
}

function networkKnown(
  event: AccessEvent,
  identity: Profile,
  basis: AssessmentBasis,
  day: number,
): Assessment['networkKnownTo'] {
  const network = networkOf(event.origin);
  const subject = networkSubject(event);
  if (!network || !subject) return 'identity';
  if (seenBefore(identity.days('network', network), day)) return 'identity';
  const profile = basis.profile(subject);
  if (daysBefore(profile.days('day'), day).length < settledDays) return 'nobody';
  if (event.actor.kind !== 'role') return 'organisation';
  const users = (dimension: 'identity' | 'person') =>
    [...profile.values(dimension).values()].filter((days) => seenBefore(days, day)).length;
  return users('person') >= peopleOfTheirOwn && users('identity') <= machinesAmongPeople
    ? 'people'
    : 'organisation';
}

/** Whether several machines began to come from the network lately; from one that others use, two are several. */
function isSharedNetwork(event: AccessEvent, basis: AssessmentBasis, day: number, isKnown: boolean): boolean {
  const subject = networkSubject(event);
  if (!subject) return false;
  const machines = [...basis.profile(subject).values('identity').values()];
  const newcomers = machines.filter((days) => {
    const first = daysBefore(days, day + 1).at(-1);
    return first !== undefined && first > day - adoptionDays;
  });
  return newcomers.length >= (isKnown ? sharingMachines.known : sharingMachines.unknown);
}

/** Known to be new by its creation. One that nobody has read for months is not new, only quiet. */
const isNewSecret = (created: DaysSeen | undefined, day: number): boolean =>
  daysBefore(created, day + 1).some((each) => each > day - secretIsNewDays);

type Usual = Assessment['usual'];

const nothingUsual: Usual = {
  activeDays: 0,
  firstSeenDaysAgo: 0,
  networks: 0,
  networksVary: false,
  agents: [],
  secretsADay: 0,
  readsADay: 0,
  readsAnHour: 0,
  rotates: false,
  readsToday: 0,
};

const unknown = {
  history: 'short',
  firsts: [],
  networkKnownTo: 'identity',
  regionsNewToOrganisation: [],
  accountsNewToOrganisation: [],
  networkIsShared: false,
  seenSince: { identity: null, network: null, complete: null },
  secretIsNew: false,
  usual: nothingUsual,
} as const;

const agentsNamed = 5;

const computed = new WeakMap<Profile, { text: string; day: number; usual: Usual }>();

/** Computed once for an identity and day, as long as its profile does not change. */
function usualOf(identity: Profile, day: number): Usual {
  const text = identity.toString();
  const known = computed.get(identity);
  if (known?.text === text && known.day === day) return known.usual;
  const usual = computeUsual(identity, day);
  computed.set(identity, { text, day, usual });
  return usual;
}

function computeUsual(identity: Profile, day: number): Usual {
  const activeDays = daysBefore(identity.days('day'), day).length;
  const beginnings = [...identity.values('network').values()].flatMap(
    (days) => daysBefore(days, day).at(-1) ?? [],
  );
  const recentBeginnings = new Set(beginnings.filter((first) => first >= day - varyingDays)).size;
  const recentDays = daysBefore(identity.days('day'), day).filter((each) => each >= day - varyingDays).length;
  const secretsByDay = new Map<number, number>();
  for (const days of identity.values('secret').values()) {
    for (const each of daysBefore(days, day)) secretsByDay.set(each, (secretsByDay.get(each) ?? 0) + 1);
  }
  const reads = Array.from({ length: 28 }, (_, index) => ({
    day: day - 1 - index,
    count: countReads(identity.reads(day - 1 - index)),
  })).filter(({ count }) => count > 0);
  const hoursOn = (each: number) =>
    [...identity.values('hour').values()].filter((days) => seenOn(days, each)).length;
  return {
    activeDays,
    firstSeenDaysAgo: day - (daysBefore(identity.days('day'), day).at(-1) ?? day),
    networks: beginnings.length,
    networksVary: recentBeginnings > varyingNetworks && recentBeginnings >= recentDays * varyingShare,
    agents: [...identity.values('agent')]
      .filter(([, days]) => seenBefore(days, day))
      .map(([agent]) => agent)
      .sort()
      .slice(0, agentsNamed),
    secretsADay: Math.max(0, ...secretsByDay.values()),
    readsADay: Math.max(0, ...reads.map(({ count }) => count)),
    readsAnHour: median(reads.map(({ day: each, count }) => count / Math.max(1, hoursOn(each)))),
    rotates: ['put-value', 'move-stage'].some((action) => seenBefore(identity.days('action', action), day)),
    readsToday: countReads(identity.reads(day)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
