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
  await options.windows.add(windowEntries(groups, configured, events));
  const changed = await pMap(groups, (group) => judgeGroup(group, options), { concurrency: groupsAtOnce });
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
  const add = (judging: Detector, event: AssessedEvent, isMatch: boolean) => {
    const count = judging.count(params, event);
    const name = groupName(judging.id, count, event);
    const known = groups.get(name) ?? {
      detector: judging,
      params,
      count,
      group: name,
      mode,
      suiteMode: settings.mode,
      contracts,
      suppressions: settings.suppressions,
      networks: settings.networks,
      minimumSeverity: settings.notify.minimumSeverity,
      events: [],
      voided: [],
    };
    groups.set(name, known);
    (isMatch ? known.events : known.voided).push(event);
  };
  for (const event of events) {
    if (!actions.has(event.action)) continue;
    try {
      const isMatch = detector.matches(event, params);
      if (isMatch || again.has(event.key)) add(detector, event, isMatch);
    } catch (error) {
      // A broken detector must not look like a pass, nor stop the others.
      add(standIn(detector, error), event, true);
    }
  }
  return [...groups.values()];
}

const groupName = (prefix: string, count: Count, event: AssessedEvent): string =>
  [prefix, ...count.by.map((dimension) => valuesOf(event, dimension).join(','))].join('|');

/** Where a group's events wait. Detectors that name the same window share it. */
const windowName = ({ group, count, detector }: Pick<Group, 'group' | 'count' | 'detector'>): string =>
  count.window === undefined ? group : `${count.window}${group.slice(detector.id.length)}`;

/** Each event once for a window and value, however many detectors share it. */
function windowEntries(
  groups: readonly Group[],
  configured: readonly Configured[],
  events: readonly AssessedEvent[],
): WindowEntry[] {
  const entries = new Map<string, WindowEntry>();
  const add = (name: string, { distinct = 'event', withinMinutes }: Count, event: AssessedEvent) => {
    const { time, assessment: _, ...raw } = event;
    if (withinMinutes === undefined || time === null) return;
    for (const value of distinct === 'event' ? [''] : valuesOf(event, distinct)) {
      const keepMs = withinMinutes * 60_000 + latenessMs;
      const key = [name, value, event.key].join('\n');
      const known = entries.get(key);
      if (known && known.keepMs >= keepMs) continue;
      entries.set(key, { group: name, value, event: { ...raw, time }, keepMs });
    }
  };
  for (const group of groups) for (const event of group.events) add(windowName(group), group.count, event);
  for (const { detector, params } of configured) {
    if (!detector.waits) continue;
    const actions = new Set<string>(detector.actions);
    for (const event of events) {
      if (!actions.has(event.action) || !detector.waits(event, params)) continue;
      const count = detector.count(params, event);
      add(windowName({ group: groupName(detector.id, count, event), count, detector }), count, event);
    }
  }
  return [...entries.values()];
}

async function judgeGroup(group: Group, options: GroupOptions): Promise<StoredFinding[]> {
  const { count } = group;
  const evidence = count.withinMinutes === undefined ? group.events : await recallWindow(group, options);
  const found = findWindows(evidence, count);
  const voided = new Set(group.voided.map(({ key }) => key));
  const days = new Set([...found.keys(), ...group.voided.flatMap((event) => daysReached(event, count))]);
  const changed: StoredFinding[] = [];
  for (const day of days) {
    const stored = await options.findings.upsert(findingId(group.group, day), (existing) =>
      mergeSafely(existing, { ...group, day }, found.get(day) ?? [], voided),
    );
    if (stored) changed.push(stored);
  }
  return changed;
}

/** The events of the group around those that came now, assessed as of now. */
async function recallWindow(group: Group, { windows, assessor }: GroupOptions): Promise<AssessedEvent[]> {
  const { count, detector, params } = group;
  const lengthMs = (count.withinMinutes ?? 0) * 60_000;
  const times = [...group.events, ...group.voided].flatMap(({ time }) => time ?? []);
  if (times.length === 0) return [];
  const recalled = await windows.recall(
    windowName(group),
    times.reduce((a, b) => Math.min(a, b)) - lengthMs,
    times.reduce((a, b) => Math.max(a, b)) + lengthMs,
  );
  const present = new Map([...group.events, ...group.voided].map((event) => [event.key, event]));
  const others = new Map<string, AccessEvent>();
  for (const event of recalled) if (!present.has(event.key)) others.set(event.key, event);
  const assessed = await assessor.assess([...others.values()]);
  return [...group.events, ...assessed.filter((event) => detector.matches(event, params))];
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
