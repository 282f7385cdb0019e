import type { CloudTrailRecord } from '../calls.ts';
import type { Secret } from '../inventory/secrets.ts';
import type { Scene } from './scene.ts';

/** AWS returns at most 20 values a call. */
const pageSize = 20;

/** What a filter by tag key brings, page by page, in one account and Region. */
export function pageOf(
  scene: Scene,
  account: string,
  region: string,
  tagKey: string | undefined,
  page: number,
): Secret[] {
  return scene.world.secrets
    .filter(
      (secret) =>
        secret.account === account &&
        secret.region === region &&
        secret.createdOnDay === 0 &&
        !secret.isDecoy &&
        (tagKey === undefined || tagKey in secret.tags),
    )
    .slice(page * pageSize, (page + 1) * pageSize);
}

export const byTagKey = (...keys: readonly string[]): CloudTrailRecord => ({
  filters: [{ key: 'tag-key', values: keys }],
});

/** In one of four captures the reads of what a batch returned are missing; so they are here. */
export const asLogged = (scene: Scene, returned: readonly Secret[]): readonly Secret[] =>
  scene.stream.chance(0.25) ? [] : returned;
