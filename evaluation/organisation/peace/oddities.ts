import { dayOf, isoOf } from '../calendar.ts';
import { onCall, personArn } from '../inventory/people.ts';
import type { World } from '../inventory/world.ts';
import type { Change } from './changes.ts';
import { errandsOf, nightReadsOf } from './people.ts';

export interface Oddity {
  readonly day: number;
  readonly actor: string;
  readonly what: string;
}

/** Everything peaceful that is out of the ordinary, by day. */
export function odditiesOf(world: World, changes: readonly Change[]): Oddity[] {
  const { calendar, plan, networks, people, services, machines } = world;
  const oddities: Oddity[] = changes.map(({ day, actor, what }) => ({ day, actor, what }));
  for (const { day, account, what } of networks.natChanges) oddities.push({ day, actor: account, what });
  for (const holiday of calendar.holidays)
    oddities.push({ day: holiday, actor: 'everybody', what: 'a holiday' });
  for (const day of plan.restarts.keys())
    oddities.push({ day, actor: world.accounts.prod, what: 'every task of prod is restarted' });
  for (const outage of plan.outages)
    oddities.push({
      day: dayOf(calendar, outage.from),
      actor: world.accounts.prod,
      what: `${outage.services.size} services start again and again from ${isoOf(outage.from)} to ${isoOf(outage.to)}`,
    });
  for (const [index, { from, to, why }] of plan.refusals)
    oddities.push({
      day: dayOf(calendar, from),
      actor: services[index]?.role.arn ?? '',
      what: `${why}: reads are refused from ${isoOf(from)} to ${isoOf(to)}`,
    });
  if (plan.failedRotation !== undefined)
    oddities.push({
      day: dayOf(calendar, plan.failedRotation.at),
      actor: plan.failedRotation.secret.arn,
      what: 'a rotation fails; the next attempt succeeds',
    });
  oddities.push({
    day: plan.unplannedRun,
    actor: machines.terraform[0]?.role.arn ?? '',
    what: 'Terraform runs at an hour when it never does',
  });
  for (const person of people) {
    const account = [...person.roles.keys()][0] ?? '';
    for (const trip of person.trips)
      oddities.push({
        day: trip.from,
        actor: personArn(person, account),
        what: `travels until day ${trip.to}: hotel, mobile networks, VPN`,
      });
    if (person.joinsOnDay > 0)
      oddities.push({ day: person.joinsOnDay, actor: personArn(person, account), what: 'joins' });
    if (person.isNightOwl)
      oddities.push({ day: 0, actor: personArn(person, account), what: 'works late, as a habit' });
  }
  for (let day = 0; day < calendar.days; day += 1)
    for (const person of onCall(world.seed, people, day))
      for (const { secret, isFamiliar } of nightReadsOf(world, person, day))
        if (!isFamiliar)
          oddities.push({
            day,
            actor: personArn(person, secret.account),
            what: `on call, opens a secret of the own team by night that is not familiar: ${secret.name}`,
          });
  for (let day = 0; day < calendar.days; day += 1)
    for (const { person, secret, what } of errandsOf(world, day))
      oddities.push({ day, actor: personArn(person, secret.account), what: `${what}: ${secret.name}` });
  return oddities.filter(({ day }) => day >= 0 && day < calendar.days).sort((a, b) => a.day - b.day);
}
