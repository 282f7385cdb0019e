import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { describeFirsts, describeUsual } from '../history/first-phrases.ts';
import { shortPrincipal, someOf, span } from '../phrases.ts';

export default defineDetector({
  id: 'first-parameters',
  title: 'Parameters decrypted by an identity that had not asked for them before',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006'],
  rationale:
    'A service asks for the same few parameters at each start. Several that are new to it at once, without a deployment, are somebody looking around with its credentials.',
  falsePositives: ['A release that brings several new parameters at once.'],
  blindSpots: ['One parameter at a time.', 'Found in log files only; see securestring-retrieval.'],
  response: [
    'Ask the owner of the identity whether a release brought these parameters.',
    'If not: revoke its sessions, and replace what was in them.',
  ],
  actions: ['read-parameter'],
  params: z.strictObject({
    parameters: z
      .int()
      .min(2)
      .max(1000)
      .default(3)
      .describe('Different parameters, asked for the first time'),
    windowMinutes: z.int().min(1).max(1440).default(60).describe('Length of the window, in minutes'),
  }),
  matches: ({ outcome, assessment: { firsts } }) =>
    outcome === 'allowed' && (firsts.includes('secret') || firsts.includes('identity')),
  count: ({ parameters, windowMinutes }) => ({
    by: ['actor'],
    distinct: 'parameter',
    atLeast: parameters,
    withinMinutes: windowMinutes,
  }),
  describe({ events, distinct, spanMs }, { parameters }) {
    const [first] = events;
    const firsts = describeFirsts(events);
    return {
      title: `${shortPrincipal(first.actor.principal)} decrypted ${distinct} parameters for the first time`,
      severity:
        first.assessment.firsts.includes('identity') && first.assessment.networkKnownTo !== 'nobody'
          ? 'info'
          : 'medium',
      explanation: `${distinct} parameters in ${span(spanMs)}; the limit is ${parameters}. Read: ${someOf(events.flatMap(({ detail }) => detail.parameters ?? []))}${firsts ? `, ${firsts}` : ''}. ${describeUsual(first)} Not known: which of them are SecureStrings.`,
    };
  },
});
