import { describe, expect, test } from '@jest/globals';
import { createDeliveryLedger, leaseSeconds } from '../../functions/adapters/dynamodb-delivery-ledger.ts';
import { sendOnce } from '../../functions/adapters/send-once.ts';
import { createClock } from '../functions/captures.ts';
import { finding } from '../support/findings.ts';
import { createTableStandIn, RefusedError } from './table-stand-in.ts';

/** Several workers over one table. */
function createWorkers() {
  const standIn = createTableStandIn();
  const clock = createClock();
  const worker = () => createDeliveryLedger({ table: standIn.table, findingDays: 400, clock });
  return { standIn, clock, worker, one: worker(), other: worker() };
}

describe('delivery ledger', () => {
  test('a revision is sent once', async () => {
    const { one, other } = createWorkers();
    expect(await one.claim('slack', 'f', 1)).toBe('claimed');
    expect(await other.claim('slack', 'f', 1)).toBe('busy');
    await one.confirm('slack', 'f', 1);
    expect(await other.claim('slack', 'f', 1)).toBe('delivered');
    expect(await one.claim('slack', 'f', 1)).toBe('delivered');
  });

  test('channels and findings do not concern each other', async () => {
    const { one } = createWorkers();
    expect(await one.claim('slack', 'f', 1)).toBe('claimed');
    expect(await one.claim('sns', 'f', 1)).toBe('claimed');
    expect(await one.claim('slack', 'g', 1)).toBe('claimed');
  });

  test('a newer revision follows an older one, and never the other way round', async () => {
    const { one, other } = createWorkers();
    await one.claim('slack', 'f', 1);
    // The older one is still on its way: the newer one must not overtake it.
    expect(await other.claim('slack', 'f', 2)).toBe('busy');
    await one.confirm('slack', 'f', 1);
    expect(await other.claim('slack', 'f', 2)).toBe('claimed');
    expect(await one.claim('slack', 'f', 1)).toBe('delivered');
    await other.release('slack', 'f', 2);
    expect(await one.claim('slack', 'f', 1)).toBe('delivered');
    expect(await one.claim('slack', 'f', 2)).toBe('claimed');
  });

  test('a failed sending may be claimed again at once', async () => {
    const { one, other } = createWorkers();
    await one.claim('slack', 'f', 1);
    await one.release('slack', 'f', 1);
    expect(await other.claim('slack', 'f', 1)).toBe('claimed');
  });

  test('after a crash the lease ends; the crashed worker cannot settle what another has claimed', async () => {
    const { one, other, clock, standIn } = createWorkers();
    await one.claim('slack', 'f', 1);
    clock.time += leaseSeconds * 1000 - 1;
    expect(await other.claim('slack', 'f', 1)).toBe('busy');
    clock.time += 1;
    expect(await other.claim('slack', 'f', 1)).toBe('claimed');
    await one.release('slack', 'f', 1);
    await one.confirm('slack', 'f', 1);
    expect(standIn.items().map((item) => item['state'])).toEqual([{ S: 'sending' }]);
    await other.confirm('slack', 'f', 1);
    expect(standIn.items().map((item) => item['state'])).toEqual([{ S: 'sent' }]);
  });

  test('who has claimed nothing changes nothing', async () => {
    const { one, other, standIn } = createWorkers();
    await one.claim('slack', 'f', 1);
    await other.confirm('slack', 'f', 1);
    await other.release('slack', 'f', 1);
    expect(standIn.items().map((item) => item['state'])).toEqual([{ S: 'sending' }]);
  });

  test('a delivery is remembered as long as its finding', async () => {
    const { one, standIn, clock } = createWorkers();
    await one.claim('slack', 'f', 1);
    expect(standIn.items()[0]?.['expiresAt']).toEqual({ N: String(clock.now() / 1000 + 400 * 86_400) });
  });

  test('refusals are passed on', async () => {
    const { one, standIn } = createWorkers();
    await one.claim('slack', 'f', 1);
    standIn.before = () => {
      throw new RefusedError('AccessDeniedException');
    };
    await expect(one.claim('slack', 'g', 1)).rejects.toThrow('AccessDeniedException');
    await expect(one.confirm('slack', 'f', 1)).rejects.toThrow('AccessDeniedException');
  });
});

describe('sending once', () => {
  test('what fails is released and thrown, what succeeds is confirmed', async () => {
    const { one, other } = createWorkers();
    let sent = 0;
    const failing = sendOnce(one, 'slack', finding(), () => Promise.reject(new Error('away')));
    await expect(failing).rejects.toThrow('away');
    const send = async () => {
      sent += 1;
    };
    expect(await sendOnce(other, 'slack', finding(), send)).toBe('sent');
    expect(await sendOnce(one, 'slack', finding(), send)).toBe('delivered');
    expect(sent).toBe(1);
  });

  test('where confirming fails the claim stays, and the message goes out again when the lease has ended', async () => {
    const { one, other, standIn, clock } = createWorkers();
    let sent = 0;
    const send = async () => {
      sent += 1;
    };
    standIn.before = (operation) => {
      if (operation === 'UpdateItem') throw new RefusedError('InternalServerError');
    };
    await expect(sendOnce(one, 'slack', finding(), send)).rejects.toThrow('InternalServerError');
    standIn.before = () => undefined;
    expect(await sendOnce(other, 'slack', finding(), send)).toBe('busy');
    clock.time += leaseSeconds * 1000;
    expect(await sendOnce(other, 'slack', finding(), send)).toBe('sent');
    expect(sent).toBe(2);
  });

  test('where releasing fails too, the first error is the one that is told', async () => {
    const { one, standIn } = createWorkers();
    standIn.before = (operation) => {
      if (operation === 'UpdateItem') throw new RefusedError('InternalServerError');
    };
    const failing = sendOnce(one, 'slack', finding(), () => Promise.reject(new Error('away')));
    await expect(failing).rejects.toThrow('away');
  });
});
