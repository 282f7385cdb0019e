import type { AssessedEvent, First } from '../model/assessment.ts';
import { listed, plural, someOf } from '../phrases.ts';
import { networkOf } from './network.ts';
import { agentOf } from './sightings.ts';

/** What was new about events, as the end of "it read …": `from 198.51.100.0/24, a network that nobody here had used`. */
export function describeFirsts(events: readonly AssessedEvent[]): string {
  const having = (first: First) => events.filter(({ assessment }) => assessment.firsts.includes(first));
  const phrases: string[] = [];
  const networks = having('network');
  if (networks.length > 0) {
    const byNobody = networks.some(({ assessment }) => assessment.networkKnownTo === 'nobody');
    phrases.push(
      `from ${someOf(networks.flatMap(({ origin }) => networkOf(origin) ?? []))}, ${byNobody ? 'a network that nobody here had used' : 'a network that others here use, but it had not'}`,
    );
  }
  const agents = having('agent');
  if (agents.length > 0) phrases.push(`with ${someOf(agents.map(agentOf))}, a tool new to it`);
  const regions = having('region');
  if (regions.length > 0)
    phrases.push(`in ${someOf(regions.map(({ region }) => region))}, a Region new to it`);
  if (having('hour').length + having('own-hour').length > 0) {
    phrases.push('at an hour at which it had not worked');
  }
  if (having('team').length > 0) phrases.push('of an owner none of whose secrets it had read');
  if (having('action').length > 0) {
    phrases.push(`by ${someOf(having('action').map(({ eventName }) => eventName))}, a call new to it`);
  }
  return listed(phrases);
}

/** What the judgement rests on, with its numbers. */
export function describeUsual({ assessment: { usual, firsts } }: AssessedEvent): string {
  if (firsts.includes('identity')) return 'Nothing was known of this identity before that day.';
  return `Known of it: ${plural(usual.activeDays, 'active day')} of the last 128, ${plural(usual.networks, 'network')}, at most ${plural(usual.secretsADay, 'secret')} a day, usually with ${usual.agents.join(', ') || 'unknown tools'}.`;
}

/** CloudTrail's word on the session; the identity provider may have asked for more. */
export function describeMfa(events: readonly AssessedEvent[]): string {
  const people = events.filter(({ actor }) => actor.kind === 'person' || actor.kind === 'user');
  return people.some(({ actor }) => actor.session?.mfa === false)
    ? ' CloudTrail shows no MFA for the session.'
    : '';
}
