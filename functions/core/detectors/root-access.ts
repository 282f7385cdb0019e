import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { actionsOf } from '../model/cloudtrail-events.ts';
import { plural } from '../phrases.ts';

const source = 'secretsmanager.amazonaws.com';
const valueReads = new Set(['read', 'batch-read']);

export default defineDetector({
  id: 'root-access',
  title: 'Root user worked with secrets',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1078.004'],
  rationale:
    'The root user cannot be limited by IAM policies and nobody needs it for secrets. A read of a value by root is high.',
  falsePositives: ['The first hour of a new account.'],
  blindSpots: ['Root sessions that only use other services.'],
  response: [
    'Find out who used the root user, and why.',
    'If nobody knows: change its password and MFA device, delete its access keys, rotate the secrets that it read.',
  ],
  actions: actionsOf(source),
  params: z.strictObject({}),
  matches: ({ actor, eventSource }) => actor.kind === 'root' && eventSource === source,
  count: () => ({ by: ['actor'] }),
  describe({ events, count }) {
    const [first] = events;
    const read = events.some(({ action, outcome }) => valueReads.has(action) && outcome === 'allowed');
    const names = [...new Set(events.map(({ eventName }) => eventName))].sort();
    return {
      title: `Root user of ${first.actor.account} ${read ? 'read secrets' : 'worked with secrets'}`,
      severity: read ? 'high' : 'medium',
      explanation: `${plural(count, 'call')} by the root user (${names.join(', ')}). Every use of root on secrets is reported.`,
    };
  },
});
