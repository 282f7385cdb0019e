import pMap from 'p-map';
import * as z from 'zod';
import { type Count, type Detector, valuesOf } from '../detector.ts';
import { detectors } from '../detectors/index.ts';
import { type AccessEvent, secretKey } from '../model/access-event.ts';
import type { OwnReads } from '../model/own-reads.ts';
import type { Settings } from '../model/settings.ts';
import { parseSecretId } from '../normalise/secret-ref.ts';
import type { FindingStore, StoredFinding, WindowEntry, WindowStore } from '../ports.ts';
import { linkBatchReads } from './batch-reads.ts';
import { findingId, mergeFinding } from './finding-merge.ts';
import { findWindows } from './windows.ts';

/** CloudTrail may deliver hours late; a window's events are kept this much longer than it is long. */
const latenessMs = 24 * 3_600_000;

/** Groups share nothing, and each waits for its store: a batch of a thousand identities must not wait in line. */
const groupsAtOnce = 16;

export interface JudgeOptions {
  readonly settings: Pick<Settings, 'mode' | 'detectors'>;
  readonly windows: WindowStore;
  readonly findings: FindingStore;
  /** The suite's own reads, which are not judged. */
  readonly ownReads?: OwnReads;
  /** Only tests judge with others. */
  readonly detectors?: readonly Detector[];
}

interface Group {
  readonly detector: Detector;
  readonly params: Record<string, unknown>;
  readonly count: Count;
  readonly group: string;
  readonly announce: boolean;
  readonly events: AccessEvent[];
}

/**
 * Judges events: stores those that wait for company, finds the windows that they complete, and stores the findings.
 * When the promise is fulfilled everything is stored, and the events may be acknowledged; when it is rejected they
 * must be delivered again, which does no harm.
 *
 * @param events in any order, each delivered any number of times
 * @returns the findings that are new or changed
 */
export async function judge(events: readonly AccessEvent[], options: JudgeOptions): Promise<StoredFinding[]> {
  const distinct = new Map(events.map((event) => [event.key, event]));
  const judged = linkBatchReads([...distinct.values()]).filter(
    (event) => !isOwnRead(event, options.ownReads),
  );
  const changed = await pMap(groupByDetector(judged, options), (group) => judgeGroup(group, options), {
    concurrency: groupsAtOnce,
  });
  return changed.flat();
}

async function judgeGroup(group: Group, { windows, findings }: JudgeOptions): Promise<StoredFinding[]> {
  const { count } = group;
  const evidence =
    count.withinMinutes === undefined
      ? group.events
      : await recallWindow(group, count.withinMinutes * 60_000, windows);
  const changed: StoredFinding[] = [];
  for (const [day, members] of findWindows(evidence, count)) {
    const stored = await findings.upsert(findingId(group.group, day), (existing) =>
      mergeSafely(existing, { ...group, day }, members),
    );
    if (stored) changed.push(stored);
  }
  return changed;
}

function isOwnRead(event: AccessEvent, ownReads: OwnReads = []): boolean {
  const { secret, actor } = event;
  if (event.action !== 'read' || event.outcome !== 'allowed' || !secret) return false;
  return ownReads.some(
    (own) =>
      own.role === actor.principal && secretKey(parseSecretId(own.secret, event)) === secretKey(secret),
  );
}

function groupByDetector(events: readonly AccessEvent[], options: JudgeOptions): Group[] {
  const groups = new Map<string, Group>();
  for (const detector of options.detectors ?? detectors) {
    const configured = options.settings.detectors[detector.id] ?? {};
    if (!(configured['enabled'] ?? detector.status === 'stable')) continue;
    const params = detector.params.parse(pickKnown(detector, configured)) as Record<string, unknown>;
    const announce = (configured['mode'] ?? options.settings.mode) === 'announce';
    const actions = new Set<string>(detector.actions);
    for (const event of events) {
      if (!actions.has(event.action)) continue;
      const matched = attempt(detector, () => detector.matches(event, params) && detector);
      if (!matched) continue;
      const count = matched.count(params);
      const group = [matched.id, ...count.by.map((dimension) => valuesOf(event, dimension).join(','))].join(
        '|',
      );
      const known = groups.get(group) ?? { detector: matched, params, count, group, announce, events: [] };
      groups.set(group, known);
      known.events.push(event);
    }
  }
  return [...groups.values()];
}

/** The settings of a detector without the engine's own keys. */
function pickKnown(detector: Detector, configured: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(configured).filter(([key]) => Object.hasOwn(detector.params.shape, key)),
  );
}

async function recallWindow(group: Group, lengthMs: number, windows: WindowStore): Promise<AccessEvent[]> {
  const { distinct = 'event' } = group.count;
  const timed = group.events.filter((event): event is WindowEntry['event'] => event.time !== null);
  if (timed.length === 0) return [];
  await windows.add(
    timed.flatMap((event) =>
      (distinct === 'event' ? [''] : valuesOf(event, distinct)).map((value) => ({
        group: group.group,
        value,
        event,
        keepMs: lengthMs + latenessMs,
      })),
    ),
  );
  const times = timed.map(({ time }) => time);
  const recalled = await windows.recall(
    group.group,
    times.reduce((a, b) => Math.min(a, b)) - lengthMs,
    times.reduce((a, b) => Math.max(a, b)) + lengthMs,
  );
  return [...new Map(recalled.map((event) => [event.key, event])).values()];
}

/** A broken detector must not look like a pass, nor stop the others. */
function attempt(detector: Detector, judgement: () => Detector | false): Detector | false {
  try {
    return judgement();
  } catch (error) {
    return detectorError(detector, error);
  }
}

function mergeSafely(
  existing: StoredFinding | undefined,
  group: Group & { day: string },
  events: readonly AccessEvent[],
): StoredFinding | undefined {
  try {
    return mergeFinding(existing, group, events);
  } catch (error) {
    return mergeFinding(existing, { ...group, detector: detectorError(group.detector, error) }, events);
  }
}

/** Stands in for a detector that threw: one finding a day that says so. */
function detectorError(failed: Detector, error: unknown): Detector {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    ...failed,
    id: 'detector-error',
    title: 'A detector failed',
    severity: 'medium',
    attack: [],
    response: [`Report the fault of detector ${failed.id} with this reason; its judgement is missing here.`],
    params: z.strictObject({}),
    count: () => ({ by: [] }),
    describe: ({ count }) => ({
      title: `Detector ${failed.id} failed on ${count} events`,
      explanation: `The detector threw (${reason}). Its verdict on these events is not known.`,
    }),
  };
}
