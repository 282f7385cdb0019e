import type { AccessEvent } from '../model/access-event.ts';
import type { AssessmentBasis } from './assessment-basis.ts';
import { daysBefore, seenBefore } from './days-seen.ts';
import type { Profile } from './profile.ts';
import { hourOf, permissionSetSubject } from './sightings.ts';

/** An hour is only odd for somebody whose hours are known. */
const hoursKnownDays = 4;
const othersHoursKnownDays = 40;
/**
 * So far from every hour at which somebody works begins the odd: farther for one person, whose evenings are not all
 * known, than for all who hold a permission set.
 */
const oddHours = { own: 5, others: 3 };

const people = new Set(['person', 'user']);

/**
 * People only: machines run when they run. Hours near a usual one are usual. Somebody who is seen too seldom
 * for habits of their own is judged by the hours of their permission set.
 */
export function oddHour(
  event: AccessEvent,
  identity: Profile,
  basis: AssessmentBasis,
  day: number,
): 'hour' | 'own-hour' | undefined {
  if (event.time === null || !people.has(event.actor.kind)) return undefined;
  const permissionSet = permissionSetSubject(event);
  const others = permissionSet ? basis.profile(permissionSet) : undefined;
  const isOwn = daysBefore(identity.days('day'), day).length >= hoursKnownDays;
  const isKnown = others !== undefined && daysBefore(others.days('day'), day).length >= othersHoursKnownDays;
  if ((!isOwn && !isKnown) || !isOdd(event.time, identity, day, oddHours[isOwn ? 'own' : 'others']))
    return undefined;
  if (!others || isOdd(event.time, others, day, oddHours.others)) return 'hour';
  return isOwn ? 'own-hour' : undefined;
}

function isOdd(time: number, subject: Profile, day: number, hours: number): boolean {
  const hour = Number(hourOf(time));
  for (let distance = -hours; distance <= hours; distance += 1) {
    if (seenBefore(subject.days('hour', String((hour + distance + 24) % 24)), day)) return false;
  }
  return true;
}
