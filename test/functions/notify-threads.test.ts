import { describe, expect, test } from '@jest/globals';
import { createChatThreads } from '../../functions/adapters/dynamodb-chat-threads.ts';
import { createDeliveryLedger } from '../../functions/adapters/dynamodb-delivery-ledger.ts';
import { DeliveryDelayedError } from '../../functions/core/errors.ts';
import type { Announcement, IncidentAnnouncement } from '../../functions/core/model/announcement.ts';
import type { ChatBot } from '../../functions/core/ports.ts';
import { createBotReceiver } from '../../functions/notify/receiver.ts';
import { createTableStandIn, RefusedError } from '../adapters/table-stand-in.ts';
import { digestAnnouncement, incidentAnnouncement } from '../support/announcements.ts';
import { finding } from '../support/findings.ts';
import { captureLog, createClock } from './captures.ts';

interface Posted {
  readonly revision: number;
  readonly thread: string | undefined;
  readonly hasButtons: boolean;
}

/** One channel of a chat, as a bot writes it. */
function createChannel(options: { buttons?: boolean } = {}) {
  const standIn = createTableStandIn();
  const { table } = standIn;
  const clock = createClock();
  const { log, lines } = captureLog();
  const posted: Posted[] = [];
  const chat = {
    fail: undefined as Error | undefined,
    updates: [] as number[],
    updateOutcome: 'updated' as Awaited<ReturnType<ChatBot['update']>>,
  };
  const revisionIn = (message: object) => {
    const { metadata } = message as { metadata: { event_payload: { id: string; revision: number } } };
    return metadata.event_payload.revision;
  };
  const bot: ChatBot = {
    async post(_, message, thread) {
      if (chat.fail) throw chat.fail;
      const hasButtons = JSON.stringify(message).includes('"actions"');
      posted.push({ revision: revisionIn(message), thread, hasButtons });
      return { channel: 'C1', ts: `1.${posted.length}` };
    },
    async update({ channel, ts }, message) {
      expect([channel, ts]).toEqual(['C1', expect.stringMatching(/^1\.\d$/)]);
      if (chat.updateOutcome === 'updated') chat.updates.push(revisionIn(message));
      return chat.updateOutcome;
    },
  };
  const receiver = createBotReceiver({
    target: 'slack',
    channel: '#security',
    ledgerChannel: 'slack:slack',
    ledger: createDeliveryLedger({ table, findingDays: 400, clock }),
    bot,
    threads: createChatThreads({ table, findingDays: 400, clock }),
    buttons: options.buttons ?? false,
    log,
  });
  return { standIn, chat, posted, lines, deliver: (of: Announcement) => receiver.deliver(of) };
}

const told = (revision: number, overrides: Partial<IncidentAnnouncement> = {}) =>
  incidentAnnouncement([finding()], { revision, change: revision === 1 ? 'new' : 'more', ...overrides });
const silent = (revision: number) => told(revision, { change: 'silent' });
const post = (revision: number, thread?: string) => ({ revision, thread, hasButtons: false });

describe('a channel with a bot', () => {
  test('an incident is one message, kept up to date, with what changed in its thread', async () => {
    const { deliver, posted, chat } = createChannel();
    expect(await deliver(told(1))).toBe('sent');
    expect(await deliver(told(2, { change: 'graver' }))).toBe('sent');
    expect(await deliver(silent(3))).toBe('sent');
    expect(await deliver(told(4, { change: 'merged' }))).toBe('sent');
    expect(posted).toEqual([post(1), post(2, '1.1'), post(4, '1.1')]);
    expect(chat.updates).toEqual([2, 3, 4]);
  });

  test('each once, and in place nothing older after something newer', async () => {
    const { deliver, posted, chat } = createChannel();
    await deliver(told(1));
    await deliver(silent(3));
    expect(await deliver(silent(2))).toBe('delivered');
    // It is told all the same; what stands above it is newer already.
    expect(await deliver(told(2))).toBe('sent');
    expect(await deliver(told(2))).toBe('delivered');
    expect(await deliver(told(1))).toBe('delivered');
    expect(posted).toEqual([post(1), post(2, '1.1')]);
    expect(chat.updates).toEqual([3]);
  });

  test('what was never told there is not kept up to date', async () => {
    const { deliver, posted, chat } = createChannel();
    expect(await deliver(silent(2))).toBe('skipped');
    expect(await deliver(told(1))).toBe('sent');
    expect([posted, chat.updates]).toEqual([[post(1)], []]);
  });

  test('a reply that failed comes again alone', async () => {
    const { deliver, posted, chat } = createChannel();
    await deliver(told(1));
    chat.fail = new DeliveryDelayedError('away');
    await expect(deliver(told(2))).rejects.toThrow('away');
    chat.fail = undefined;
    expect(await deliver(told(2))).toBe('sent');
    expect(posted).toEqual([post(1), post(2, '1.1')]);
    expect(chat.updates).toEqual([2]);
  });

  test('where the message was deleted, the next update begins anew, and silence stays silent', async () => {
    const { deliver, posted, chat } = createChannel();
    await deliver(told(1));
    chat.updateOutcome = 'gone';
    await deliver(silent(2));
    expect(posted).toHaveLength(1);
    await deliver(told(3));
    chat.updateOutcome = 'updated';
    await deliver(told(4));
    expect(posted).toEqual([post(1), post(3), post(4, '1.2')]);
  });

  test('where it may not be changed, the thread still tells', async () => {
    const { deliver, posted, chat } = createChannel();
    await deliver(told(1));
    chat.updateOutcome = 'unchangeable';
    await deliver(told(2));
    expect(posted).toEqual([post(1), post(2, '1.1')]);
  });

  test('where its place could not be kept it is not posted twice, and the next update stands alone', async () => {
    const { deliver, posted, standIn, lines } = createChannel();
    standIn.before = (operation, { Item }) => {
      if (operation === 'PutItem' && Item?.['sk']?.['S'] === 'THREAD') {
        throw new RefusedError('InternalServerError');
      }
    };
    expect(await deliver(told(1))).toBe('sent');
    expect(await deliver(told(1))).toBe('delivered');
    expect(await deliver(told(2))).toBe('sent');
    expect(posted).toEqual([post(1), post(2)]);
    expect(lines[0]).toContain('could not be kept');
  });

  test('digests are posts of their own, each once, without buttons', async () => {
    const { deliver, posted } = createChannel({ buttons: true });
    await deliver(digestAnnouncement());
    expect(await deliver(digestAnnouncement())).toBe('delivered');
    await deliver(told(1));
    expect(posted).toEqual([post(1), { revision: 1, thread: undefined, hasButtons: true }]);
  });
});
