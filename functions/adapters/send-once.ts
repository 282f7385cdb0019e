import type { DeliveryLedger } from '../core/ports.ts';

/**
 * Sends a revision under the ledger's protection. A failed sending is released, so that it may be tried
 * again at once; where confirming fails after a success, the claim stays, and the message may go out once more when its
 * lease ends.
 */
export async function sendOnce(
  ledger: DeliveryLedger,
  channel: string,
  { id, revision }: { readonly id: string; readonly revision: number },
  send: () => Promise<void>,
): Promise<'sent' | 'delivered' | 'busy'> {
  const claim = await ledger.claim(channel, id, revision);
  if (claim !== 'claimed') return claim;
  try {
    await send();
  } catch (error) {
    // Where releasing fails too, the lease ends by itself; the first error says more.
    await ledger.release(channel, id, revision).catch(() => undefined);
    throw error;
  }
  await ledger.confirm(channel, id, revision);
  return 'sent';
}
