import pMap from 'p-map';
import type { AccessEvent } from '../model/access-event.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import type { FindingStore, StoredFinding, WindowStore } from '../ports.ts';
import type { Assessor } from './assessor.ts';
import { standIn } from './detector-error.ts';
import { reportExpiredSuppressions } from './expired-suppressions.ts';
import { type FindingGroup, findingId, mergeFinding } from './finding-merge.ts';
import {
  enabledDetectors,
  type Group,
  type GroupingOptions,
  groupName,
  groupsOf,
  windowEntries,
  windowName,
} from './grouping.ts';
import { daysReached, findWindows } from './windows.ts';

/** Groups share nothing, and each waits for its store: a batch of a thousand identities must not wait in line. */
const groupsAtOnce = 16;

export interface GroupOptions extends GroupingOptions {
  readonly windows: WindowStore;
  readonly findings: FindingStore;
  readonly assessor: Assessor;
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
