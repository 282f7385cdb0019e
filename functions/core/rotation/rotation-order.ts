import type { Accounts } from '../model/named-settings.ts';
import { compareText } from '../order.ts';
import type { ConsumerStanding } from './proof.ts';

/** As words of a name: `prod/sms-test` and `acme-staging`, not `latest`. */
const rehearsal =
  /(?:^|[^a-z])(?:staging|stage|stg|test|testing|dev|development|qa|sandbox|preprod)(?:[^a-z]|$)/i;

/** Whether a consumer is of an environment that people do not depend on, by its own name or its account's. */
export function isRehearsal(
  { consumer, named, identity }: Pick<ConsumerStanding, 'consumer' | 'named' | 'identity'>,
  accounts: Accounts,
): boolean {
  const account = identity?.split(':')[4];
  const names = Object.keys(accounts).filter((name) => accounts[name] === account);
  return [named?.name ?? consumer, ...names].some((name) => rehearsal.test(name));
}

/** Who reads it itself moves without help and shows first whether the key works; who must be restarted is planned. */
const byDelivery = ['runtime', 'injected', null] as const;

/** The order in which consumers are best moved: what nobody depends on first, then what moves by itself. */
export const rotationOrder = (
  consumers: readonly ConsumerStanding[],
  accounts: Accounts,
): ConsumerStanding[] =>
  consumers.toSorted(
    (a, b) =>
      Number(isRehearsal(b, accounts)) - Number(isRehearsal(a, accounts)) ||
      byDelivery.indexOf(a.delivery) - byDelivery.indexOf(b.delivery) ||
      compareText(a.consumer, b.consumer),
  );
