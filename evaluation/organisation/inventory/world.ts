import { type Calendar, startOf } from '../calendar.ts';
import { type Networks, networksOf } from '../networks.ts';
import { streamOf } from '../random.ts';
import { type Accounts, accountsOf, regionsOf } from './accounts.ts';
import { type Machines, machinesOf } from './machines.ts';
import { type Person, peopleOf } from './people.ts';
import { type Plan, planOf } from './plan.ts';
import { type Secret, secretsOf } from './secrets.ts';
import { type Service, servicesOf } from './services.ts';

/** Everything that is so before the first record is written. */
export interface World {
  readonly seed: number;
  readonly calendar: Calendar;
  readonly accounts: Accounts;
  readonly regions: readonly string[];
  readonly networks: Networks;
  readonly secrets: readonly Secret[];
  readonly services: readonly Service[];
  readonly people: readonly Person[];
  readonly machines: Machines;
  readonly plan: Plan;
}

export interface Size {
  readonly days: number;
  readonly secrets: number;
  readonly principals: number;
  readonly firstDay: string;
}

export function buildWorld(seed: number, size: Size): World {
  const accounts = accountsOf(seed);
  const regions = regionsOf(seed);
  const calendar = calendarOf(seed, size);
  const listed = secretsOf(seed, size.secrets, calendar, accounts, regions);
  const machines = machinesOf(seed, accounts, regions, listed);
  const persons = Math.round(size.principals * 0.4);
  const services = servicesOf(seed, Math.max(12, size.principals - persons - 30), calendar, regions, listed);
  const plan = planOf(seed, calendar, accounts, listed, services);
  return {
    seed,
    calendar,
    accounts,
    regions,
    networks: networksOf(seed, size.days, Object.values(accounts), regions),
    secrets: plan.rename === undefined ? listed : [...listed, plan.rename.to],
    services,
    people: peopleOf(seed, persons, calendar, accounts, regions, listed),
    machines,
    plan,
  };
}

function calendarOf(seed: number, { firstDay, days }: Size): Calendar {
  const stream = streamOf(seed, 'calendar');
  const start = Date.parse(`${firstDay}T00:00:00Z`) / 1000;
  if (!Number.isInteger(start)) throw new RangeError(`not a day: ${firstDay}`);
  const all: Calendar = { firstDay, start, days, holidays: new Set() };
  const weekdays = Array.from({ length: days }, (_, day) => day).filter((day) => {
    const weekday = new Date(startOf(all, day) * 1000).getUTCDay();
    return weekday !== 0 && weekday !== 6;
  });
  return { ...all, holidays: new Set(stream.sample(weekdays, Math.round(days / 40))) };
}

/** A secret under the name that it has on a day. */
export const underName = (world: World, secret: Secret, day: number): Secret => {
  const rename = world.plan.rename;
  return rename !== undefined && secret === rename.from && day >= rename.day ? rename.to : secret;
};

/** Deleted, or to be deleted, so that nobody lists or manages it any more. */
export function isGone(world: World, secret: Secret, day: number): boolean {
  const { deletion, rename } = world.plan;
  return (
    (secret === deletion?.secret && day > deletion.day) || (secret === rename?.from && day > rename.day + 7)
  );
}
