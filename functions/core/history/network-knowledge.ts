import type { AccessEvent } from '../model/access-event.ts';
import type { Assessment } from '../model/assessment.ts';
import { type AssessmentBasis, settledDays } from './assessment-basis.ts';
import { daysBefore, seenBefore } from './days-seen.ts';
import { networkOf } from './network.ts';
import type { Profile } from './profile.ts';
import { networkSubject } from './sightings.ts';

/** An office or a VPN: so many people, and hardly a machine. */
const peopleOfTheirOwn = 3;
const machinesAmongPeople = 2;
/** So many machines do not get stolen at once, but a NAT gateway serves them all; the last ones notice days later. */
const sharingMachines = { unknown: 4, known: 2 };
const adoptionDays = 7;

/** Who had used the network of an event before its day. */
export function networkKnown(
  event: AccessEvent,
  identity: Profile,
  basis: AssessmentBasis,
  day: number,
): Assessment['networkKnownTo'] {
  const network = networkOf(event.origin);
  const subject = networkSubject(event);
  if (!network || !subject) return 'identity';
  if (seenBefore(identity.days('network', network), day)) return 'identity';
  const profile = basis.profile(subject);
  if (daysBefore(profile.days('day'), day).length < settledDays) return 'nobody';
  if (event.actor.kind !== 'role') return 'organisation';
  const users = (dimension: 'identity' | 'person') =>
    [...profile.values(dimension).values()].filter((days) => seenBefore(days, day)).length;
  return users('person') >= peopleOfTheirOwn && users('identity') <= machinesAmongPeople
    ? 'people'
    : 'organisation';
}

/** Whether several machines began to come from the network lately; from one that others use, two are several. */
export function isSharedNetwork(
  event: AccessEvent,
  basis: AssessmentBasis,
  day: number,
  isKnown: boolean,
): boolean {
  const subject = networkSubject(event);
  if (!subject) return false;
  const machines = [...basis.profile(subject).values('identity').values()];
  const newcomers = machines.filter((days) => {
    const first = daysBefore(days, day + 1).at(-1);
    return first !== undefined && first > day - adoptionDays;
  });
  return newcomers.length >= (isKnown ? sharingMachines.known : sharingMachines.unknown);
}
