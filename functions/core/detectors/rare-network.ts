import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { describeFirsts, describeMfa, describeUsual } from '../history/first-phrases.ts';
import { networkOf } from '../history/network.ts';
import { secretsOf } from '../model/access-event.ts';
import type { AssessedEvent, First } from '../model/assessment.ts';
import { gravestAmong, type Severity } from '../model/severity.ts';
import { plural, shortPrincipal, someOf } from '../phrases.ts';

/** EC2 hands these credentials to one instance; nobody carries them elsewhere for a good reason. */
const isInstanceSession = ({ actor }: AssessedEvent): boolean =>
  actor.session?.ec2RoleDelivery !== undefined || /^i-[0-9a-f]{8,}$/.test(actor.session?.name ?? '');

/** What a change of place does not explain. */
const odd = new Set<First>(['team', 'agent', 'hour', 'action']);

function severityOf(event: AssessedEvent): Severity {
  const { firsts, networkKnownTo, networkIsShared, usual } = event.assessment;
  const isOtherwiseOdd = firsts.some((first) =>
    first === 'team' ? event.actor.kind === 'person' : odd.has(first),
  );
  if (event.actor.kind === 'person') {
    if (networkKnownTo !== 'nobody') return 'info';
    return isOtherwiseOdd ? 'medium' : usual.networksVary ? 'info' : 'low';
  }
  if (usual.networksVary) return isOtherwiseOdd ? 'medium' : 'info';
  if (networkIsShared) return isOtherwiseOdd ? 'medium' : 'info';
  if (networkKnownTo === 'organisation') {
    return isOtherwiseOdd || isInstanceSession(event) ? 'medium' : 'low';
  }
  return isInstanceSession(event) ? 'high' : 'medium';
}

/** After Elastic's rare-network rules; instance credentials after GuardDuty's InstanceCredentialExfiltration. */
export default defineDetector({
  id: 'rare-network',
  title: 'A secret was read from a network new to the identity',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1078.004', 'T1555.006'],
  rationale:
    'Machines keep to their networks. Credentials that appear in another one were often taken from a log, a repository or a metadata service. Credentials of one EC2 instance elsewhere are high.',
  falsePositives: [
    'A NAT gateway was added or replaced: then several identities appear there within a week, and the finding is info.',
    'People who travel or work from a new home; alone that is low, and info where they often do.',
  ],
  blindSpots: [
    'An intruder in a network that the identity uses, such as its own host.',
    'Identities that come from ever new networks, as hosted CI runners do: low, unless something else is new too.',
    'Four or more stolen machine identities used from one network within a week look like a new NAT gateway.',
  ],
  response: [
    'Find out whose the address is, and whether the network was changed.',
    'If nobody knows it: revoke the sessions of the identity, and rotate the secrets that it read from there.',
  ],
  actions: ['read', 'batch-read'],
  params: z.strictObject({}),
  matches: ({ outcome, assessment }) => outcome === 'allowed' && assessment.firsts.includes('network'),
  count: () => ({ by: ['actor'] }),
  describe({ events, count }) {
    const weighed = events.map((event) => ({ event, severity: severityOf(event) }));
    const { event, severity } = gravestAmong(weighed) ?? { event: events[0], severity: 'info' };
    const networks = someOf(events.flatMap(({ origin }) => networkOf(origin) ?? []));
    const names = someOf(events.flatMap(secretsOf).map(({ name }) => name));
    const instance = severity === 'high' ? event.actor.session?.name : undefined;
    const shared =
      event.assessment.networkIsShared && severity === 'info'
        ? ' Info, because several machines began to come from there within a week, as after a change of NAT.'
        : '';
    return {
      title: `${shortPrincipal(event.actor.principal)} read ${names || 'secrets'} from a network new to it`,
      severity,
      explanation: `${plural(count, 'read')} from ${networks}${instance ? ` with the credentials of instance ${instance}` : ''}: ${describeFirsts(events)}. ${describeUsual(event)}${describeMfa(events)}${shared} Not known: who is behind the address.`,
    };
  },
});
