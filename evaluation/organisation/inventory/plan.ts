import { type Calendar, hour, isWorkday, minute, startOf } from '../calendar.ts';
import { streamOf } from '../random.ts';
import type { Accounts } from './accounts.ts';
import type { Secret } from './secrets.ts';
import type { Service } from './services.ts';

/** What happens once and changes how ordinary days look: decided before any day is written. */
export interface Plan {
  /** Days on which every task of prod is restarted: the minute of the day. */
  readonly restarts: ReadonlyMap<number, number>;
  readonly outages: readonly Outage[];
  /** By index of the service: when its reads are refused. */
  readonly refusals: ReadonlyMap<number, Refusal>;
  readonly rename?: Rename;
  /** A scheduled rotation whose first attempt fails, some hours before the one that succeeds. */
  readonly failedRotation?: { readonly secret: Secret; readonly at: number };
  /** An idle secret that is deleted, with a recovery window of a week. */
  readonly deletion?: { readonly secret: Secret; readonly day: number };
  /** A day on which Terraform is run at an hour when it never is. */
  readonly unplannedRun: number;
}

/** A night on which services start again and again. */
export interface Outage {
  readonly from: number;
  readonly to: number;
  /** Indexes of services. */
  readonly services: ReadonlySet<number>;
}

export interface Refusal {
  readonly from: number;
  readonly to: number;
  readonly why: 'unfinished policy' | 'removed grant';
}

/** A secret that gets another name: made the day before, used from that day on, the old one deleted a week later. */
export interface Rename {
  readonly from: Secret;
  readonly to: Secret;
  readonly day: number;
}

export function planOf(
  seed: number,
  calendar: Calendar,
  accounts: Accounts,
  secrets: readonly Secret[],
  services: readonly Service[],
): Plan {
  const stream = streamOf(seed, 'plan');
  const days = calendar.days;
  const anyDay = (): number => stream.int(2, Math.max(3, days - 3));
  const workday = (): number => {
    let day = anyDay();
    while (!isWorkday(calendar, day)) day = day + 1 >= days ? 2 : day + 1;
    return day;
  };
  const restarts = new Map<number, number>();
  for (let index = 0; index < stream.int(1, 2); index += 1)
    restarts.set(workday(), stream.int(8 * 60, 15 * 60));

  const tasks = services.filter(
    ({ account, kind }) =>
      account === accounts.prod && (kind === 'task' || kind === 'injected' || kind === 'pod'),
  );
  const outages = Array.from({ length: stream.int(1, 2) }, (): Outage => {
    const from = startOf(calendar, anyDay()) + stream.int(0, 3) * hour + stream.int(0, 59) * minute;
    const hit = stream.sample(tasks, Math.max(1, Math.round(tasks.length * 0.2)));
    return {
      from,
      to: from + stream.int(50, 120) * minute,
      services: new Set(hit.map(({ index }) => index)),
    };
  });

  const refusals = new Map<number, Refusal>();
  const newcomers = services.filter(({ startsOnDay, kind }) => startsOnDay > 0 && kind !== 'fleet');
  for (const service of stream.sample(newcomers, 2)) {
    const from = startOf(calendar, service.startsOnDay) + 9 * hour;
    refusals.set(service.index, {
      from,
      to: from + stream.int(3, 8) * hour,
      why: 'unfinished policy',
    });
  }
  const settled = services.filter(({ startsOnDay, kind }) => startsOnDay === 0 && kind !== 'endpoint');
  for (const service of stream.sample(settled, stream.int(1, 2))) {
    const from = startOf(calendar, workday()) + stream.int(7, 15) * hour;
    refusals.set(service.index, { from, to: from + stream.int(2, 7) * hour, why: 'removed grant' });
  }

  const renamable = secrets.filter(
    ({ use, rotation, createdOnDay, name }) =>
      use === 'services' && rotation === undefined && createdOnDay === 0 && /[/-]/.test(name),
  );
  const idle = secrets.filter(({ use, createdOnDay }) => use === 'idle' && createdOnDay === 0);
  const renamed = stream.pick(renamable);
  const renameDay = workday();
  const rotated = secrets.filter(({ rotation }) =>
    rotation?.startsAt.some((at) => at > calendar.start + 6 * hour),
  );
  const failing = rotated.length > 0 ? stream.pick(rotated) : undefined;
  const success = failing?.rotation?.startsAt.find((at) => at > calendar.start + 6 * hour);
  return {
    restarts,
    outages,
    refusals,
    rename: {
      from: renamed,
      to: renamedSecret(renamed, renameDay - 1, stream.alphanumeric(6)),
      day: renameDay,
    },
    ...(failing !== undefined && success !== undefined
      ? { failedRotation: { secret: failing, at: success - stream.int(2, 4) * hour } }
      : {}),
    ...(idle.length < 2 ? {} : { deletion: { secret: idle.at(-1) as Secret, day: workday() } }),
    unplannedRun: stream.int(3, Math.max(4, days - 3)),
  };
}

const renamedSecret = (secret: Secret, day: number, suffix: string): Secret => {
  const name = `${secret.name}-v2`;
  return {
    ...secret,
    name,
    arn: `${secret.arn.slice(0, secret.arn.lastIndexOf(':'))}:${name}-${suffix}`,
    createdOnDay: day,
  };
};
