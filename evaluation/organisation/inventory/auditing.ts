import type { World } from './world.ts';

/** The names of what watches the organisation, and of things beside it that look alike. */
export const trailName = 'organisation-trail';

export const trailBucket = (world: World): string => `audit-trail-${world.accounts.tools}`;

export const trailArn = (world: World): string =>
  `arn:aws:cloudtrail:${world.regions[0]}:${world.accounts.tools}:trail/${trailName}`;

/** What belongs to the auditor has names that begin so. */
export const auditorRule = 'secrets-audit-api-calls';

export const auditorTopic = (world: World): string =>
  `arn:aws:sns:${world.regions[0]}:${world.accounts.tools}:secrets-audit-findings`;
