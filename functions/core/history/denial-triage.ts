import { secretKey } from '../model/access-event.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import { sortByTime } from '../order.ts';

/** `missing-permission`: it never worked. `removed-grant`: it worked before. `probing`: somebody tries what answers. */
export interface Refusals {
  readonly kind: 'missing-permission' | 'removed-grant' | 'probing';
  /** Those that the kind is about. */
  readonly events: readonly AssessedEvent[];
}

/** A machine that is stuck retries; so often on one target, and on no more targets than these. */
const retries = 5;
const stuckTargets = 3;

const reads = new Set(['read', 'batch-read']);

/** It read this secret within the history that is kept, and the call comes from where it is at home. */
const workedBefore = ({ action, secret, assessment: { history, firsts } }: AssessedEvent): boolean =>
  reads.has(action) &&
  secret !== null &&
  history === 'sufficient' &&
  !firsts.includes('identity') &&
  !firsts.includes('secret') &&
  !firsts.includes('network');

const targetOf = ({ action, secret }: AssessedEvent): string =>
  `${action} ${secret ? secretKey(secret) : ''}`;

/**
 * Tells what refused calls of one identity are: the same call again and again is a program that lacks a permission, a
 * read that worked before is a grant that was taken away, and only what is left over is counted as trying out.
 */
export function triage(
  events: readonly AssessedEvent[],
  limit: { readonly denials: number; readonly targets: number; readonly windowMs: number },
): Refusals {
  const removed = events.filter(workedBefore);
  const others = events.filter((event) => !workedBefore(event));
  const stuck = stuckAmong(others);
  const tried = others.filter((event) => !stuck.has(targetOf(event)));
  if (meets(tried, limit)) return { kind: 'probing', events: tried };
  return removed.length * 2 >= events.length
    ? { kind: 'removed-grant', events: removed }
    : { kind: 'missing-permission', events: others };
}

/** Targets that a machine retries. Nobody types the same refused call five times, and few tools do. */
function stuckAmong(events: readonly AssessedEvent[]): Set<string> {
  const machines = events.filter(
    ({ actor, assessment }) => actor.kind === 'role' && !assessment.firsts.includes('network'),
  );
  const stuck = [...Map.groupBy(machines, targetOf)]
    .filter(([, tries]) => tries.length >= retries)
    .map(([target]) => target);
  return new Set(stuck.length <= stuckTargets ? stuck : []);
}

/** Whether so many refusals on so many targets lie within one window, both ends included. */
function meets(
  events: readonly AssessedEvent[],
  { denials, targets, windowMs }: { denials: number; targets: number; windowMs: number },
): boolean {
  const timed = sortByTime(events).filter(({ time }) => time !== null);
  const tries = new Map<string, number>();
  let start = 0;
  return timed.some((event, end) => {
    tries.set(targetOf(event), (tries.get(targetOf(event)) ?? 0) + 1);
    for (let first = timed[start]; first && timeOf(first) < timeOf(event) - windowMs; first = timed[start]) {
      const left = (tries.get(targetOf(first)) ?? 1) - 1;
      if (left > 0) tries.set(targetOf(first), left);
      else tries.delete(targetOf(first));
      start += 1;
    }
    return end - start + 1 >= denials && tries.size >= targets;
  });
}

const timeOf = ({ time }: AssessedEvent): number => time ?? 0;
