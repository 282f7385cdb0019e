import type { Contracts } from '../contracts/contracts.ts';
import { type Count, type Detector, valuesOf } from '../detector.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import type { Settings } from '../model/settings.ts';
import type { WindowEntry } from '../ports.ts';
import { standIn } from './detector-error.ts';
import type { FindingGroup } from './finding-merge.ts';

export interface GroupingOptions {
  readonly settings: Settings;
  readonly contracts: Contracts;
  readonly detectors: readonly Detector[];
}

/** CloudTrail may deliver hours late; a window's events are kept this much longer than it is long. */
const latenessMs = 24 * 3_600_000;

/** Events of one detector that have the same values, as it declares. */
export interface Group extends Omit<FindingGroup, 'day'> {
  readonly count: Count;
  readonly events: AssessedEvent[];
  /** Those that do not match and wait for others that may. */
  readonly waiting: AssessedEvent[];
  /** Of the events that were judged before: those that do not match, or no longer. */
  readonly voided: AssessedEvent[];
}

export interface Configured {
  readonly detector: Detector;
  readonly params: Record<string, unknown>;
  readonly mode: Settings['mode'] | undefined;
}

/** The detectors that the settings let judge, with their parameters. */
export function enabledDetectors({ settings, detectors }: GroupingOptions): Configured[] {
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

/** @param again keys of events that were judged before and are judged again */
export function groupsOf(
  { detector, params, mode }: Configured,
  events: readonly AssessedEvent[],
  again: ReadonlySet<string>,
  { settings, contracts }: GroupingOptions,
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

export const groupName = (prefix: string, count: Count, event: AssessedEvent): string =>
  [prefix, ...count.by.map((dimension) => valuesOf(event, dimension).join(','))].join('|');

/** Where a group's events wait. Detectors that name the same window share it. */
export const windowName = ({ group, count, detector }: Group): string =>
  count.window === undefined ? group : `${count.window}${group.slice(detector.id.length)}`;

/** Each event once for a window and value, however many detectors share it. */
export function windowEntries(groups: readonly Group[]): WindowEntry[] {
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
