import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { describeFirsts } from '../history/first-phrases.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import { shortPrincipal, span } from '../phrases.ts';

const rotations = new Set(['rotation-succeeded', 'put-value', 'move-stage']);

const isStrangersRead = ({ action, outcome, actor, assessment }: AssessedEvent): boolean =>
  action === 'read' &&
  outcome === 'allowed' &&
  !assessment.usual.rotates &&
  (assessment.firsts.includes('secret') ||
    // A new service reads when it starts; that it starts now means nothing by itself.
    (assessment.firsts.includes('identity') &&
      (actor.kind !== 'role' || assessment.networkKnownTo === 'nobody'))) &&
  !assessment.secretIsNew;

export default defineDetector({
  id: 'read-after-rotation',
  title: 'A stranger read a secret right after its rotation',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'A rotation shuts intruders out, and those who notice come back for the new value within minutes. Consumers that read after a rotation have read before it.',
  falsePositives: ['A person who checks the rotation of a secret that they had not read before.'],
  blindSpots: [
    'An intruder who uses an identity that reads the secret anyway.',
    'One who waits longer than the window.',
  ],
  response: [
    'Ask the owner of the identity what the read was for.',
    'If nobody knows: revoke its sessions, then rotate again.',
  ],
  actions: ['read', 'rotation-succeeded', 'put-value', 'move-stage'],
  params: z.strictObject({
    windowMinutes: z
      .int()
      .min(1)
      .max(1440)
      .default(60)
      .describe('Length of the window after the rotation, in minutes'),
  }),
  matches: (event) => event.outcome === 'allowed' && (rotations.has(event.action) || isStrangersRead(event)),
  count: ({ windowMinutes }) => ({
    by: ['secret'],
    distinct: 'phase',
    atLeast: 2,
    withinMinutes: windowMinutes,
  }),
  describe({ events, spanMs }) {
    const rotating = new Set(
      events.filter(({ action }) => rotations.has(action)).map(({ actor }) => actor.principal),
    );
    // The function that rotates reads, too, and it is no stranger.
    const read = events.find((event) => isStrangersRead(event) && !rotating.has(event.actor.principal));
    if (!read) return undefined;
    return {
      title: `${shortPrincipal(read.actor.principal)} read ${read.secret?.name ?? 'a secret'} within ${span(spanMs)} of its rotation, for the first time`,
      explanation: `The secret got a new value, and an identity that had not read it before read it within ${span(spanMs)}${describeFirsts([read]) ? `, ${describeFirsts([read])}` : ''}. Not known: whether somebody was checking the rotation.`,
    };
  },
});
