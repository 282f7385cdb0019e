import { targetsOf } from '../../functions/core/announcing/targets.ts';
import type { Settings } from '../../functions/core/model/settings.ts';

/** Whom SNS writes to, and for which targets: it has one subscription for an address and a topic. */
export function emailSubscriptions(settings: Settings): ReadonlyMap<string, readonly string[]> {
  const targets = new Map<string, string[]>();
  for (const { name, way } of targetsOf(settings).values()) {
    if (way.kind !== 'email') continue;
    for (const address of way.addresses) targets.set(address, [...(targets.get(address) ?? []), name]);
  }
  return targets;
}
