import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { describeUsual } from '../history/first-phrases.ts';
import { plural, shortPrincipal, someOf, span } from '../phrases.ts';

export default defineDetector({
  id: 'new-regions',
  title: 'Secrets read in several Regions that are new to the identity',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006', 'T1535'],
  rationale:
    'A slow tour of the Regions stays under a limit of many Regions in minutes. One Region more is a move; several within an hour, all of them new to the identity, are a search.',
  falsePositives: ['A service that is rolled out to several Regions on one day.'],
  blindSpots: [
    'An identity without history: many-regions counts all Regions.',
    'Regions whose logs are not part of the evidence.',
  ],
  response: [
    'Ask the owner of the identity whether it was given work in these Regions.',
    'If not: revoke its sessions and credentials, and rotate what was read there.',
  ],
  actions: ['read', 'batch-read'],
  params: z.strictObject({
    regions: z.int().min(2).max(40).default(3).describe('Different Regions, each new to the identity'),
    highAt: z.int().min(2).max(40).default(8).describe('Regions from which the finding is high'),
    windowMinutes: z.int().min(1).max(1440).default(60).describe('Length of the window, in minutes'),
  }),
  matches: ({ assessment }) => assessment.firsts.includes('region'),
  count: ({ regions, windowMinutes }) => ({
    by: ['actor'],
    distinct: 'region',
    atLeast: regions,
    withinMinutes: windowMinutes,
  }),
  describe({ events, distinct, count, spanMs }, { regions, highAt, windowMinutes }) {
    const [first] = events;
    return {
      title: `${shortPrincipal(first.actor.principal)} read secrets in ${plural(distinct, 'Region')} new to it in ${span(spanMs)}`,
      severity: distinct >= highAt ? 'high' : 'medium',
      explanation: `${plural(count, 'call')} in ${someOf(
        events.map(({ region }) => region),
        distinct,
      )}; the limit is ${plural(regions, 'new Region')} within ${span(windowMinutes * 60_000)}. ${describeUsual(first)} Not known: whether it was rolled out there.`,
    };
  },
});
