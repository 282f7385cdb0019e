import type { AccessEvent } from '../model/access-event.ts';
import type { First } from '../model/assessment.ts';
import { type AssessmentBasis, isHistorySufficient } from './assessment-basis.ts';
import { type DaysSeen, dayNumber, daysBefore, seenBefore } from './days-seen.ts';
import { networkOf } from './network.ts';
import { oddHour } from './odd-hours.ts';
import {
  actionFeature,
  agentOf,
  digestOf,
  identitySubject,
  systemOf,
  targetsOf,
  teamsOf,
} from './sightings.ts';

/**
 * On how many days an identity must have been seen before something new about it says anything. What it reads says much
 * from the first day on; people try calls and tools for weeks.
 */
const knownDays = { team: 1, network: 3, agent: 3, region: 3, action: 8 } as const;
/** Calls that one either makes as one's job or never. */
const rareActions = new Set([
  'batch-read',
  'move-stage',
  'put-policy',
  'delete-policy',
  'replicate',
  'delete',
  'cancel-rotation',
]);

/** What the identity of an event had not shown before its day; nothing while too little history is known. */
export function firstsOf(event: AccessEvent, basis: AssessmentBasis): First[] {
  if (event.time === null) return [];
  const day = dayNumber(event.time);
  if (!isHistorySufficient(day, basis)) return [];
  const identity = basis.profile(identitySubject(event));
  const network = networkOf(event.origin);
  const active = daysBefore(identity.days('day'), day).length;
  if (active === 0)
    return ['identity', ...(oddHour(event, identity, basis, day) === 'hour' ? (['hour'] as const) : [])];
  const isNew = (days: DaysSeen | undefined) => !seenBefore(days, day);
  const action = actionFeature(event);
  const firsts: First[] = [];
  if (targetsOf(event).some((target) => isNew(identity.days('secret', digestOf(target)))))
    firsts.push('secret');
  const teams = teamsOf(event, (secret) => basis.contracts.of(secret).owner);
  // Only for identities whose secrets have owners: else each owner that is learned of would be a first.
  if (
    active >= knownDays.team &&
    identity.values('team').size > 0 &&
    teams.some((team) => isNew(identity.days('team', team)))
  ) {
    firsts.push('team');
  }
  if (network && active >= knownDays.network && isNew(identity.days('network', network)))
    firsts.push('network');
  if (active >= knownDays.agent && isNew(identity.days('agent', agentOf(event)))) {
    firsts.push('agent');
    const system = systemOf(event);
    if (system && isNew(identity.days('system', system))) firsts.push('system');
  }
  if (active >= knownDays.region && isNew(identity.days('region', event.region))) firsts.push('region');
  if (
    (active >= knownDays.action || rareActions.has(event.action)) &&
    isNew(identity.days('action', action))
  ) {
    firsts.push('action');
  }
  const hour = oddHour(event, identity, basis, day);
  if (hour) firsts.push(hour);
  return firsts;
}
