import { describe, expect, test } from '@jest/globals';
import { createSentMessageStore } from '../../functions/adapters/dynamodb-sent-message-store.ts';
import { createUsageStore } from '../../functions/adapters/dynamodb-usage-store.ts';
import { createContracts } from '../../functions/core/contracts/contracts.ts';
import { createMemoryFindingStore } from '../../functions/core/engine/memory-stores.ts';
import type { KeyProbe } from '../../functions/core/model/key-probe.ts';
import type { SecretReader } from '../../functions/core/model/secret-reader.ts';
import { parseSettings } from '../../functions/core/model/settings.ts';
import { createHandler, type UsageDependencies } from '../../functions/usage/handler.ts';
import { createTableStandIn } from '../adapters/table-stand-in.ts';
import { dayMs, hourMs, now, reader, secret } from '../core/usage/samples.ts';
import { account, region } from '../support/records.ts';
import { captureLog, captureMetrics, createClock } from './captures.ts';

const theKey = '0123456789abcdef0123456789abcdef01234567';

const twoSecrets = `version: 1
secrets:
  - match: {name: sms/broken}
    rotation: {provider: clockwork}
  - match: {name: sms/clockwork}
    rotation: {provider: clockwork}
  - match: {name: sms/elsewhere, region: us-east-1}
    rotation: {provider: clockwork}
`;

const injected = `version: 1
secrets:
  - match: {name: sms/clockwork}
    rotation: {provider: clockwork}
    allow:
      - {id: sender, role: sms-sender, actions: [read], from: any, consumer: {ecs: prod/sms-sender, delivery: injected}}
`;

const balanceOf = (amount: number): KeyProbe => ({
  standing: 'valid',
  reason: 'Balance',
  balance: { amount, currency: 'GBP', kind: 'prepaid' },
});

function compose(
  answers: (asked: number) => KeyProbe,
  overrides: Partial<UsageDependencies> & { yaml?: string; known?: readonly SecretReader[] } = {},
) {
  const { yaml = twoSecrets, known = [], ...rest } = overrides;
  const settings = parseSettings(yaml, 'audit.yaml');
  const { table } = createTableStandIn();
  const clock = createClock(now);
  const { log, lines } = captureLog();
  const { measure, values } = captureMetrics();
  const balances: [string, number][] = [];
  const findings = createMemoryFindingStore();
  const probed: string[] = [];
  const sent = createSentMessageStore(table, clock);
  const samples = createUsageStore(table, clock);
  const handler = createHandler({
    settings,
    place: { account, region },
    contracts: createContracts(settings),
    currentKey: async ({ secretId }) =>
      secretId === 'sms/clockwork' ? theKey : { problem: 'it has no value' },
    provider: () => ({
      async probe(key) {
        probed.push(key);
        return answers(probed.length);
      },
    }),
    samples,
    sent,
    readers: { of: async () => known },
    findings,
    clock,
    log,
    measure,
    measureBalance: (name, amount) => balances.push([name, amount]),
    ...rest,
  });
  const detectors = () => findings.all().map(({ finding }) => `${finding.detector} ${finding.status}`);
  return { handler, clock, lines, values, balances, findings, probed, sent, samples, detectors };
}

describe('usage', () => {
  test('asks about each key of its own place, keeps the sample, measures the balance', async () => {
    const { handler, samples, balances, values, lines, probed } = compose(() => balanceOf(37.1), {
      yaml: injected,
    });
    await handler();
    expect(probed).toEqual([theKey]);
    expect(await samples.since(secret, now)).toEqual([
      {
        at: now,
        standing: 'valid',
        reason: 'Balance',
        balance: { amount: 37.1, currency: 'GBP', kind: 'prepaid' },
      },
    ]);
    expect(balances).toEqual([[`${account}:${region}:sms/clockwork`, 37.1]]);
    expect(values).toEqual({ Findings: 0, RefusedKeys: 0 });
    expect(lines.join()).not.toContain(theKey);
  });

  test('one that cannot be asked about stops no other, and fails the run afterwards', async () => {
    const { handler, samples, lines } = compose(() => balanceOf(37.1));
    await expect(handler()).rejects.toThrow('Not asked about: sms/broken (USAGE_INCOMPLETE)');
    expect(await samples.since(secret, now)).toHaveLength(1);
    expect(lines.join()).toContain('it has no value');
  });

  test('a key that is revoked, and works again', async () => {
    const { handler, clock, detectors, values, balances } = compose(
      (asked) => (asked < 3 ? { standing: 'invalid', reason: '58 Invalid API Key' } : balanceOf(50)),
      { yaml: injected },
    );
    await handler();
    expect(detectors()).toEqual([]);
    clock.time += hourMs;
    await handler();
    expect(detectors()).toEqual(['usage-key-refused open']);
    clock.time += hourMs;
    await handler();
    expect(detectors()).toEqual(['usage-key-refused resolved']);
    expect(values).toEqual({ Findings: 2, FindingsHigh: 1, RefusedKeys: 2 });
    expect(balances).toHaveLength(1);
  });

  describe('the balance falls', () => {
    const known = [reader(now - 20 * dayMs)];
    const falling = (asked: number) => balanceOf(1000 - asked * 5);
    const [plain = ''] = injected.split('    allow:');

    test('and nobody read it; imported messages say how many', async () => {
      const { handler, clock, findings, detectors, sent } = compose(falling, { yaml: plain, known });
      await sent.add(secret, [{ id: 'VE_1', time: now }]);
      await handler();
      clock.time += hourMs;
      await handler();
      expect(detectors()).toEqual(['usage-unread-spend open']);
      expect(findings.all()[0]?.finding.explanation).toContain('1 message of that time is imported');
    });

    test('with an injected consumer it cannot be known', async () => {
      const { handler, clock, detectors } = compose(falling, { yaml: injected, known });
      await handler();
      clock.time += hourMs;
      await handler();
      expect(detectors()).toEqual([]);
    });
  });
});
