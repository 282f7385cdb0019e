import type { RotatedSecret } from '../../functions/core/model/rotated-secrets.ts';
import type { Settings } from '../../functions/core/model/settings.ts';

/**
 * Who owns rotated secrets, by email address: has to do something when a key is to be changed, and hears of what it owns.
 * Not whom `notify.email` names, who hear everything: SNS has one subscription for an address and a topic.
 */
export function teamRoutes(
  { teams, notify }: Pick<Settings, 'teams' | 'notify'>,
  rotated: readonly RotatedSecret[],
): ReadonlyMap<string, readonly string[]> {
  const owners = [...new Set(rotated.flatMap(({ owner }) => owner ?? []))];
  const routes = owners.flatMap((owner) => {
    const team = Object.hasOwn(teams, owner) ? teams[owner] : undefined;
    const address = team ? team.email : owner.includes('@') ? owner : undefined;
    return address === undefined || notify.email.includes(address) ? [] : [{ owner, address }];
  });
  return new Map(
    [...Map.groupBy(routes, ({ address }) => address)].map(([address, named]) => [
      address,
      named.map(({ owner }) => owner),
    ]),
  );
}
