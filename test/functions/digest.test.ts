import { describe, expect, test } from '@jest/globals';
import { absorb } from '../../functions/core/announcing/absorb.ts';
import { createMemoryIncidentStore } from '../../functions/core/announcing/memory-incident-store.ts';
import {
  createMemoryDigestStates,
  createMemoryHeldMessages,
} from '../../functions/core/announcing/memory-message-stores.ts';
import { signOf } from '../../functions/core/announcing/sign.ts';
import { targetsOf } from '../../functions/core/announcing/targets.ts';
import { handle } from '../../functions/core/incidents/handling.ts';
import { parseSettings } from '../../functions/core/model/settings.ts';
import { createHandler } from '../../functions/digest/handler.ts';
import { finding } from '../support/findings.ts';
import { captureLog, captureMetrics, createClock } from './captures.ts';

const hourMs = 3_600_000;

function createDigest() {
  const settings = parseSettings(
    'version: 1\nnotify: {email: [a@example.com], slack: {webhookSecret: chat}}',
    'audit.yaml',
  );
  const clock = createClock();
  const incidents = createMemoryIncidentStore();
  const held = createMemoryHeldMessages();
  const { log, lines } = captureLog();
  const { measure, values } = captureMetrics();
  const sent: string[] = [];
  const away = new Set<string>();
  const handler = createHandler({
    settings,
    targets: targetsOf(settings),
    incidents,
    held,
    states: createMemoryDigestStates(),
    async send({ id }, targets) {
      for (const { name } of targets) {
        if (away.has(name)) throw new Error('topic away');
        sent.push(`${name} ${id.replace(/\d.*/, '')}`);
      }
    },
    clock,
    log,
    measure,
  });
  const find = async (id: string, severity: 'medium' | 'high') => {
    const signs = [signOf({ finding: finding({ id, severity }), announce: true })];
    const options = { minimumSeverity: 'medium', now: clock.now() } as const;
    await incidents.absorb(signs, (nearby) => absorb(signs, nearby, options));
  };
  const only = async () => {
    const [incident] = await incidents.list({ status: 'any' });
    if (!incident) throw new Error('no incident');
    return incident;
  };
  return { handler, clock, incidents, held, find, only, sent, away, lines, values };
}

describe('digest', () => {
  test('one target that fails keeps no other from its digest, and gets its own with the next run', async () => {
    const { handler, clock, held, find, only, sent, away, values } = createDigest();
    await find('a', 'high');
    const { record } = await only();
    for (const target of ['email', 'slack']) {
      const at = clock.now();
      await held.hold({ target, incident: record.incident.id, revision: 1, because: 'limit', at });
    }
    clock.time += hourMs;
    away.add('email');
    await expect(handler()).rejects.toThrow('No digest for: email (Error)');
    away.clear();
    await handler();
    await handler();
    expect(sent).toEqual(['slack digest-slack-limit-', 'email digest-email-limit-']);
    expect(values).toEqual({ Digests: 2 });
  });

  test('what was not told because of a snooze is told when that is over', async () => {
    const { handler, clock, incidents, find, only, lines } = createDigest();
    await find('a', 'medium');
    await incidents.update((await only()).record.incident.id, (stored) => {
      const until = clock.now() + hourMs;
      const handled = handle(stored, { word: 'snooze', by: 'anika', reason: 'later', until }, clock.now());
      return 'stored' in handled ? handled.stored : undefined;
    });
    await find('b', 'high');
    await handler();
    expect(await only()).toMatchObject({ told: { count: 1, severity: 'medium' }, record: { revision: 3 } });
    clock.time += hourMs;
    await handler();
    await handler();
    expect(await only()).toMatchObject({
      told: { count: 2, severity: 'high' },
      record: { revision: 4, snoozed: null },
    });
    expect(lines.filter((line) => line.includes('A snooze has ended'))).toHaveLength(1);
  });
});
