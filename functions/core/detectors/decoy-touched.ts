import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { describeFirsts, describeMfa } from '../history/first-phrases.ts';
import { secretsOf } from '../model/access-event.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import { actionsOf } from '../model/cloudtrail-events.ts';
import { plural, shortPrincipal, someOf } from '../phrases.ts';

const valueReads = new Set(['read', 'batch-read', 'decrypt']);

const gotTheValue = ({ action, outcome }: AssessedEvent): boolean =>
  valueReads.has(action) && outcome === 'allowed';

/** Whoever makes the decoy makes it; a tool for all secrets that lists them touches none. */
const planting = new Set(['create', 'encrypt', 'tag', 'untag']);

/** After AWS's and Thinkst's canary tokens. */
export default defineDetector({
  id: 'decoy-touched',
  title: 'A decoy was touched',
  severity: 'high',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'Nobody has a reason to use a secret that opens nothing. Who reads it is looking for secrets; of all signs this has the fewest innocent explanations. Even a refused attempt is one.',
  falsePositives: [
    'A tool that reads or describes every secret: a backup, a scanner, the console of somebody who looks around.',
  ],
  blindSpots: [
    'Who knows which secrets are decoys: keep that to the settings.',
    'A list, which names no secret.',
    'A decryption by KMS is only found in log files: watch and the sweep do not ask for calls of KMS.',
  ],
  response: [
    'Do not ask the identity first. Look at what else it did that day.',
    'Revoke its sessions and credentials, and rotate what it read besides.',
    'Replace the decoy when the story is clear.',
  ],
  actions: [...actionsOf('secretsmanager.amazonaws.com'), 'decrypt'],
  params: z.strictObject({}),
  matches: ({ assessment, actor, action, outcome }) =>
    assessment.isDecoy && actor.kind !== 'service' && outcome !== 'failed' && !planting.has(action),
  count: () => ({ by: ['actor'] }),
  describe({ events, count }) {
    const reads = events.filter(gotTheValue);
    const event = reads[0] ?? events[0];
    const who = shortPrincipal(event.actor.principal);
    const names = someOf((reads.length > 0 ? reads : events).flatMap(secretsOf).map(({ name }) => name));
    const denied = events.every(({ outcome }) => outcome === 'denied');
    const firsts = describeFirsts(events);
    const done = reads.length > 0 ? 'read' : denied ? 'was refused' : 'looked at or changed';
    return {
      title: `${who} ${done} ${event.batch ? `secrets, a decoy among them: ${names}` : `decoy ${names}`}`,
      severity: reads.length > 0 ? 'high' : 'medium',
      explanation: `${plural(count, 'call')} (${someOf(events.map(({ eventName }) => eventName))}) on a secret that the settings name a decoy${firsts ? `, ${firsts}` : ''}. ${reads.length > 0 ? 'Its value was read.' : 'Its value was not read.'}${describeMfa(events)} Not known: how it came to that name.`,
    };
  },
});
