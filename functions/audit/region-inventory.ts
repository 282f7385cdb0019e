import type { InventoriedSecret } from '../core/contracts/inventory.ts';
import type { Clock, InventoryStore, SecretList } from '../core/ports.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import type { Log } from '../middleware/logger.ts';

/** Tags change seldom, and each page of a list is an event of its own in CloudTrail. */
export const listEveryMs = 6 * 3_600_000;

export interface InventoryDependencies {
  readonly account: string;
  readonly secretList: SecretList;
  readonly inventory: InventoryStore;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Lists the secrets of one Region with their tags, where that is due. Never throws: without a new list the one before
 * stays, and events are judged all the same.
 *
 * @param hasTime false when the invocation is about to end; what is listed by half is not kept
 */
export async function listRegion(
  region: string,
  { account, secretList, inventory, clock, log }: InventoryDependencies,
  hasTime: () => boolean,
): Promise<void> {
  const place = { account, region };
  try {
    if (!hasTime() || !(await inventory.claim(place, listEveryMs))) return;
    const listedAt = clock.now();
    const secrets: InventoriedSecret[] = [];
    for await (const page of secretList.pages(place)) {
      secrets.push(...page);
      if (!hasTime()) return log.warn('No time to list all secrets', { region, listed: secrets.length });
    }
    await inventory.replace(place, secrets, listedAt);
    log.info('Inventory', { region, secrets: secrets.length });
  } catch (error) {
    log.warn('Secrets could not be listed', { region, code: codeOf(error), reason: messageOf(error) });
  }
}
