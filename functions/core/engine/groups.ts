import pMap from 'p-map';
import type { Contracts } from '../contracts/contracts.ts';
import { type Count, type Detector, valuesOf } from '../detector.ts';
import type { AccessEvent } from '../model/access-event.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import type { Settings } from '../model/settings.ts';
import type { FindingStore, StoredFinding, WindowEntry, WindowStore } from '../ports.ts';
import type { Assessor } from './assessor.ts';
import { standIn } from './detector-error.ts';
import { reportExpiredSuppressions } from './expired-suppressions.ts';
import { type FindingGroup, findingId, mergeFinding } from './finding-merge.ts';
import { daysReached, findWindows } from './windows.ts';

/** CloudTrail may deliver hours late; a window's events are kept this much longer than it is long. */
const latenessMs = 24 * 3_600_000;

/** Groups share nothing, and each waits for its store: a batch of a thousand identities must not wait in line. */
const groupsAtOnce = 16;

export interface GroupOptions {
  readonly settings: Settings;
  readonly windows: WindowStore;
  readonly findings: FindingStore;
  readonly contracts: Contracts;
  readonly assessor: Assessor;
  readonly detectors: readonly Detector[];
}

interface Group extends Omit<FindingGroup, 'day'> {
  readonly count: Count;
  readonly events: AssessedEvent[];
  /** Those that do not match and wait for others that may. */
  readonly waiting: AssessedEvent[];
  /** Of the events that were judged before: those that do not match, or no longer. */
  readonly voided: AssessedEvent[];
}

interface Configured {
  readonly detector: Detector;
  readonly params: Record<string, unknown>;
  readonly mode: Settings['mode'] | undefined;
}

/**
 * Groups events as each detector declares, and stores what the groups amount to.
 *
 * @param again keys of events that were judged before and are judged again
 */
export async function judgeGroups(
  events: readonly AssessedEvent[],
  again: ReadonlySet<string>,
  options: GroupOptions,
): Promise<StoredFinding[]> {
  const configured = enabledDetectors(options);
  const groups = configured.flatMap((each) => groupsOf(each, events, again, options));
  await options.windows.add(windowEntries(groups));
  const judged = groups.filter((group) => group.events.length + group.voided.length > 0);
  const changed = await pMap(judged, (group) => judgeGroup(group, options), { concurrency: groupsAtOnce });
  const all = changed.flat();
  return [...all, ...(await reportExpiredSuppressions(all, options.settings, options.findings))];
}

function enabledDetectors({ settings, detectors }: GroupOptions): Configured[] {
  return detectors.flatMap((detector) => {
    const configured: Record<string, unknown> = settings.detectors[detector.id] ?? {};
    if (!(configured['enabled'] ?? detector.status === 'stable')) return [];
    // Without the engine's own keys.
    const own = Object.entries(configured).filter(([key]) => Object.hasOwn(detector.params.shape, key));
    return {
      detector,
      params: detector.params.parse(Object.fromEntries(own)) as Record<string, unknown>,
      // In the table nobody sees yet how many identities share a cause, and an outage must not send a message for each.
      mode: (configured['mode'] as Settings['mode'] | undefined) ?? (detector.commonCause && 'observe'),
    };
  });
}

function groupsOf(
  { detector, params, mode }: Configured,
  events: readonly AssessedEvent[],
  again: ReadonlySet<string>,
  { settings, contracts }: GroupOptions,
): Group[] {
  const groups = new Map<string, Group>();
  const actions = new Set<string>(detector.actions);
  const groupOf = (judging: Detector, event: AssessedEvent): Group => {
    const count = judging.count(params, event);
    const group = groupName(judging.id, count, event);
    const known = groups.get(group);
    if (known) return known;
    const made: Group = {
      detector: judging,
      params,
      count,
      group,
      mode,
      settings,
      contracts,
      events: [],
      waiting: [],
      voided: [],
    };
    groups.set(group, made);
    return made;
  };
  for (const event of events) {
    if (!actions.has(event.action)) continue;
    try {
      if (detector.matches(event, params)) {
        groupOf(detector, event).events.push(event);
        continue;
      }
      if (detector.waits?.(event, params)) groupOf(detector, event).waiting.push(event);
      if (again.has(event.key)) groupOf(detector, event).voided.push(event);
    } catch (error) {
      groupOf(standIn(detector, error), event).events.push(event);
    }
  }
  return [...groups.values()];
}

const groupName = (prefix: string, count: Count, event: AssessedEvent): string =>
  [prefix, ...count.by.map((dimension) => valuesOf(event, dimension).join(','))].join('|');

/** Where a group's events wait. Detectors that name the same window share it. */
const windowName = ({ group, count, detector }: Group): string =>
  count.window === undefined ? group : `${count.window}${group.slice(detector.id.length)}`;

/** Each event once for a window and value, however many detectors share it. */
function windowEntries(groups: readonly Group[]): WindowEntry[] {
  const entries = new Map<string, WindowEntry>();
  for (const group of groups) {
    const { distinct = 'event', withinMinutes } = group.count;
    if (withinMinutes === undefined) continue;
    const name = windowName(group);
    const keepMs = withinMinutes * 60_000 + latenessMs;
    for (const event of [...group.events, ...group.waiting]) {
      const { time, assessment: _, ...raw } = event;
      if (time === null) continue;
      for (const value of distinct === 'event' ? [''] : valuesOf(event, distinct)) {
        const key = [name, value, event.key].join('\n');
        const known = entries.get(key);
        if (known && known.keepMs >= keepMs) continue;
        entries.set(key, { group: name, value, event: { ...raw, time }, keepMs });
      }
    }
  }
  return [...entries.values()];
}

async function judgeGroup(group: Group, options: GroupOptions): Promise<StoredFinding[]> {
  const { count } = group;
  const recalled = count.withinMinutes === undefined ? undefined : await recallWindow(group, options);
  const found = findWindows(recalled?.matching ?? group.events, count);
  const voided = new Set(group.voided.map(({ key }) => key));
  const days = new Set([...found.keys(), ...group.voided.flatMap((event) => daysReached(event, count))]);
  const changed: StoredFinding[] = [];
  for (const day of days) {
    const stored = await options.findings.upsert(findingId(group.group, day), (existing) =>
      mergeSafely(existing, { ...group, day }, found.get(day) ?? [], voided),
    );
    if (stored) changed.push(stored);
  }
  const fault = recalled && faultOf(group, recalled);
  return fault ? [...changed, ...(await judgeGroup(fault, options))] : changed;
}

interface Recalled {
  readonly matching: readonly AssessedEvent[];
  /** At which the detector threw. */
  readonly faulty: AssessedEvent[];
  readonly error: unknown;
}

/** The events of the group around those that came now, assessed as of now. */
async function recallWindow(group: Group, { windows, assessor }: GroupOptions): Promise<Recalled> {
  const { count, detector, params } = group;
  const lengthMs = (count.withinMinutes ?? 0) * 60_000;
  const times = [...group.events, ...group.voided].flatMap(({ time }) => time ?? []);
  if (times.length === 0) return { matching: [], faulty: [], error: undefined };
  const recalled = await windows.recall(
    windowName(group),
    times.reduce((a, b) => Math.min(a, b)) - lengthMs,
    times.reduce((a, b) => Math.max(a, b)) + lengthMs,
  );
  const present = new Set([...group.events, ...group.voided].map(({ key }) => key));
  const others = new Map<string, AccessEvent>();
  for (const event of recalled) if (!present.has(event.key)) others.set(event.key, event);
  const faulty: AssessedEvent[] = [];
  let fault: unknown;
  const matching = (await assessor.assess([...others.values()])).filter((event) => {
    try {
      return detector.matches(event, params);
    } catch (error) {
      fault = error;
      faulty.push(event);
      return false;
    }
  });
  return { matching: [...group.events, ...matching], faulty, error: fault };
}

/** A broken detector must not look like a pass, nor stop the others. */
function faultOf(group: Group, { faulty, error }: Recalled): Group | undefined {
  const [first] = faulty;
  if (!first) return undefined;
  const detector = standIn(group.detector, error);
  const count = detector.count(group.params, first);
  const name = groupName(detector.id, count, first);
  return { ...group, detector, count, group: name, events: faulty, waiting: [], voided: [] };
}

function mergeSafely(
  existing: StoredFinding | undefined,
  group: FindingGroup,
  events: readonly AssessedEvent[],
  voided: ReadonlySet<string>,
): StoredFinding | undefined {
  try {
    return mergeFinding(existing, group, events, voided);
  } catch (error) {
    return mergeFinding(existing, { ...group, detector: standIn(group.detector, error) }, events, voided);
  }
}
