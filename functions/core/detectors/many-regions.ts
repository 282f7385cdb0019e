import * as z from 'zod';
import { isHabitual } from '../benign-causes.ts';
import { defineDetector } from '../detector.ts';
import { plural, shortPrincipal, someOf, span } from '../phrases.ts';

/** After Panther's "Secrets Manager Retrieve Secrets, Multi-Region", whose threshold is the default. */
export default defineDetector({
  id: 'many-regions',
  title: 'Secrets read in many Regions in a few minutes',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1555.006', 'T1535'],
  rationale:
    'Tools that empty an account ask every Region in turn. A service reads in its own Region, or in two. Reads that were refused or found nothing count too.',
  falsePositives: [
    'A tool that replicates or audits secrets in all Regions; where each Region is usual for it, the finding is low and says so.',
  ],
  blindSpots: [
    'Regions whose logs are not part of the evidence: watch sees its own, the sweep those of the settings.',
    'One Region after the other with long pauses; new-regions finds that within an hour.',
  ],
  response: [
    'Ask the owner of the identity which Regions it has a task in.',
    'If it has none there: revoke its sessions and credentials, and rotate what was read, in each Region.',
  ],
  actions: ['read', 'batch-read'],
  params: z.strictObject({
    regions: z.int().min(2).max(40).default(5).describe('Different Regions that one identity reads in'),
    highAt: z.int().min(2).max(40).default(8).describe('Regions from which the finding is high'),
    windowMinutes: z.int().min(1).max(1440).default(10).describe('Length of the window, in minutes'),
  }),
  matches: () => true,
  count: ({ regions, windowMinutes }) => ({
    by: ['actor'],
    distinct: 'region',
    atLeast: regions,
    withinMinutes: windowMinutes,
  }),
  describe({ events, distinct, count, spanMs }, { regions, highAt, windowMinutes }) {
    const [first] = events;
    const isUsual = events.every(isHabitual);
    const allowed = events.filter(({ outcome }) => outcome === 'allowed').length;
    return {
      title: `${shortPrincipal(first.actor.principal)} read secrets in ${plural(distinct, 'Region')} in ${span(spanMs)}`,
      severity: isUsual ? 'low' : distinct >= highAt ? 'high' : 'medium',
      explanation: `${plural(count, 'call')} in ${someOf(
        events.map(({ region }) => region),
        distinct,
      )}; the limit is ${plural(regions, 'Region')} within ${span(windowMinutes * 60_000)}. ${allowed === events.length ? 'All of them were answered.' : `${allowed} of ${events.length} were answered.`}${isUsual ? ' Low, because it had read in each of these Regions before, from the same networks with the same tools.' : ''}`,
    };
  },
});
