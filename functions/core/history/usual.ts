import type { Assessment } from '../model/assessment.ts';
import { daysBefore, seenBefore, seenOn } from './days-seen.ts';
import type { Profile } from './profile.ts';
import { countReads } from './reads-sketch.ts';

export type Usual = Assessment['usual'];

export const nothingUsual: Usual = {
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

/** Ever new networks: this many began within the last 60 days, and on at least one in seven active days. */
const varyingNetworks = 3;
const varyingShare = 1 / 7;
const varyingDays = 60;

const agentsNamed = 5;

const computed = new WeakMap<Profile, { text: string; day: number; usual: Usual }>();

/** What is usual for an identity before a day; computed once, as long as its profile does not change. */
export function usualOf(identity: Profile, day: number): Usual {
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
