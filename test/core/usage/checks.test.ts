import { describe, expect, it } from '@jest/globals';
import type { Standing } from '../../../functions/core/check.ts';
import { checks } from '../../../functions/core/checks/index.ts';
import refused from '../../../functions/core/checks/usage-key-refused.ts';
import lowBalance from '../../../functions/core/checks/usage-low-balance.ts';
import spendSpike from '../../../functions/core/checks/usage-spend-spike.ts';
import unreadSpend from '../../../functions/core/checks/usage-unread-spend.ts';
import { createContracts } from '../../../functions/core/contracts/contracts.ts';
import { judgeState } from '../../../functions/core/engine/judge-state.ts';
import { createMemoryFindingStore } from '../../../functions/core/engine/memory-stores.ts';
import { defaultSettings } from '../../../functions/core/model/settings.ts';
import type { UsageState } from '../../../functions/core/usage/usage-state.ts';
import { answered, dayMs, hourly, hourMs, invoiced, now, prepaid, reader, secret, state } from './samples.ts';

type UsageCheck = typeof refused;

const judge = (check: UsageCheck, overrides: Partial<UsageState>, params: object = {}, at = now) =>
  check.judge(state(overrides), check.params.parse(params), at);

function told(check: UsageCheck, overrides: Partial<UsageState>, params: object = {}, at = now): Standing {
  const standing = judge(check, overrides, params, at);
  if (standing === undefined || standing === 'unknown') throw new Error(`nothing told: ${standing}`);
  for (const fact of standing.facts ?? []) expect(fact.length).toBeLessThanOrEqual(78);
  return standing;
}

describe('usage-key-refused', () => {
  const valid = prepaid(now - 3 * hourMs, 50);
  const invalid = [answered(now - hourMs, 'invalid'), answered(now, 'invalid')];
  const restricted = [answered(now - hourMs, 'restricted'), answered(now, 'restricted')];

  it('two refusals in a row: revoked while current', () => {
    const standing = told(refused, { samples: [valid, ...invalid] });
    expect(standing).toMatchObject({
      title: 'The key of sms/clockwork is revoked at its issuer while it is still current',
      severity: 'high',
      count: 2,
      since: now - hourMs,
      stage: 'invalid',
    });
    expect(standing.explanation).toContain(
      '2 probes from 24 Nov 2026 13:00 UTC to 24 Nov 2026 14:00 UTC; the answer: 58 Invalid API Key.',
    );
    expect(standing.facts?.[1]).toContain('valid, 24 Nov 2026 11:00 UTC');
  });

  it('refused for the address: it says what cannot be known', () => {
    const standing = told(refused, { samples: restricted });
    expect(standing).toMatchObject({ severity: 'medium', stage: 'restricted' });
    expect(standing.explanation).toContain('cannot be known from here');
    expect(standing.advice?.join()).toContain('egress');
  });

  it('no answer in between changes nothing', () => {
    const samples = [
      answered(now - 2 * hourMs, 'invalid'),
      answered(now - hourMs, 'retry'),
      ...invalid.slice(1),
    ];
    expect(told(refused, { samples }).count).toBe(2);
  });

  it('one alone, and another answer than the one before, is not yet known', () => {
    expect(judge(refused, { samples: [valid, ...invalid.slice(1)] })).toBe('unknown');
    expect(judge(refused, { samples: [...restricted, answered(now + 1, 'invalid')] })).toBe('unknown');
    expect(judge(refused, { samples: [answered(now, 'retry'), answered(now, 'unknown')] })).toBe('unknown');
  });

  it('is over when the key works again, with or without credit', () => {
    expect(judge(refused, { samples: [...invalid, prepaid(now + 1, 5)] })).toBeUndefined();
    expect(judge(refused, { samples: [...invalid, prepaid(now + 1, 0)] })).toBeUndefined();
  });
});

describe('usage-low-balance', () => {
  /** 12 GBP a day, and so much left. */
  const left = (amount: number) => hourly(8, () => 0.5, amount + 96);

  it.each([
    [37.1, 'low', 'soon', 'about 3 days', { days: 6 }],
    [37.1, 'medium', 'half', 'about 3 days', {}],
    [70, 'low', 'soon', 'about 6 days', {}],
    [11, 'medium', 'a day', 'less than 1 day', {}],
  ])('%d GBP left: %s, stage %s', (amount, severity, stage, about, params) => {
    const standing = told(lowBalance, { samples: left(amount) }, params);
    expect(standing).toMatchObject({ severity, stage });
    expect(standing.explanation).toContain(
      `Empty in ${about} at this rate (12.00 GBP a day); balance ${amount.toFixed(2)} GBP, seen 24 Nov 2026 14:00 UTC.`,
    );
  });

  it('used up is high, also where the issuer tells no balance', () => {
    expect(told(lowBalance, { samples: left(0) })).toMatchObject({ severity: 'high', stage: 'empty' });
    expect(told(lowBalance, { samples: left(0) }).facts?.[0]).toContain('Last above zero');
    expect(told(lowBalance, { samples: [answered(now, 'unfunded')] })).toMatchObject({ severity: 'high' });
  });

  it('is over after a top-up', () => {
    expect(judge(lowBalance, { samples: [...left(11), prepaid(now + 1, 500)] }, {}, now + 1)).toBeUndefined();
  });

  it('an invoice has no balance that ends', () => {
    expect(judge(lowBalance, { samples: [invoiced(now - dayMs, 1), invoiced(now, 0)] })).toBeUndefined();
  });

  it('is not known of little, of nothing, of what is old, of no balance', () => {
    expect(judge(lowBalance, { samples: [prepaid(now, 5)] })).toBe('unknown');
    expect(judge(lowBalance, {})).toBe('unknown');
    expect(judge(lowBalance, { samples: left(11) }, {}, now + 2 * dayMs)).toBe('unknown');
    expect(judge(lowBalance, { samples: [answered(now, 'valid')] })).toBe('unknown');
  });
});

describe('usage-spend-spike', () => {
  const spike = hourly(30, (hour) => (hour === now - 2 * hourMs ? 42.1 : 3.2));

  it('more than four times the usual, with its number', () => {
    const standing = told(spendSpike, { samples: spike });
    expect(standing.title).toBe('42.10 GBP was spent with sms/clockwork within an hour; usual is 3.20 GBP');
    expect(standing.explanation).toContain(
      'The same hour of 4 earlier weeks cost 3.20 GBP in the median; limit 12.80 GBP.',
    );
    expect(standing).toMatchObject({ since: now - 2 * hourMs, count: 1 });
  });

  it('says what was sent where it is imported, and what cannot be known where it is not', () => {
    expect(told(spendSpike, { samples: spike }).explanation).toContain(
      'How many messages were sent, and to whom, is not known',
    );
    const sent = [
      { hour: now - 3 * hourMs, messages: 5 },
      { hour: now - 2 * hourMs, messages: 1052 },
    ];
    expect(told(spendSpike, { samples: spike, sent }).explanation).toContain(
      '1052 messages of that time are',
    );
  });

  it('needs the least amount, and more than the hour varies by itself', () => {
    expect(judge(spendSpike, { samples: spike }, { least: 50 })).toBeUndefined();
    expect(judge(spendSpike, { samples: spike }, { times: 20 })).toBeUndefined();
    let week = 0;
    const varying = hourly(30, (hour) => {
      if ((now - 2 * hourMs - hour) % (7 * dayMs) !== 0) return 1;
      week += 1;
      return [1, 20, 2, 30, 42][week - 1] ?? 1;
    });
    expect(judge(spendSpike, { samples: varying }, { times: 2 })).toBeUndefined();
  });

  it('is over some hours later', () => {
    const samples = hourly(30, (hour) => (hour === now - 9 * hourMs ? 42.1 : 3.2));
    expect(judge(spendSpike, { samples })).toBeUndefined();
  });

  it('an hour in which nothing is usually spent', () => {
    const samples = hourly(30, (hour) => (hour === now - hourMs ? 6 : 0));
    expect(told(spendSpike, { samples }).title).toContain('usual is 0.00 GBP');
  });

  it('is not known before three weeks, without probes, without a balance', () => {
    expect(judge(spendSpike, { samples: hourly(20, () => 3) })).toBe('unknown');
    expect(judge(spendSpike, { samples: spike }, {}, now + 2 * dayMs)).toBe('unknown');
    expect(judge(spendSpike, { samples: [answered(now, 'retry')] })).toBe('unknown');
  });

  it('invoiced accounts too', () => {
    let cost = 0;
    const samples = hourly(30, () => 0).map(({ at }, index) => {
      const before = new Date(at - hourMs).getUTCMonth();
      if (index > 0) cost = (new Date(at).getUTCMonth() === before ? cost : 0) + (at === now ? 60 : 2);
      return invoiced(at, cost);
    });
    expect(told(spendSpike, { samples }).explanation).toContain('by the invoice of this month');
  });
});

describe('usage-unread-spend', () => {
  const samples = hourly(3, () => 0.5, 200);
  const readers = [reader(now - 12 * dayMs), reader(now - 40 * dayMs)];

  it('spent while nobody read the key', () => {
    const standing = told(unreadSpend, { samples, readers });
    expect(standing.title).toBe(
      '12.00 GBP was spent with sms/clockwork in 24 hours, and nobody known read it',
    );
    expect(standing.explanation).toContain('No reader was seen for 12 days; limit 168 hours before');
    expect(standing.facts).toEqual([
      'Last read  12 Nov 2026 14:00 UTC',
      '  by role/sms-sender',
      'Spent      12.00 GBP since 23 Nov 2026 14:00 UTC',
      'Balance    164.00 GBP, 24 Nov 2026 14:00 UTC',
    ]);
    expect(standing.since).toBe(now - dayMs);
  });

  it('a reader within the quiet time explains it', () => {
    expect(judge(unreadSpend, { samples, readers: [...readers, reader(now - 7 * dayMs)] })).toBeUndefined();
    expect(judge(unreadSpend, { samples, readers }, { quietHours: 480 })).toBeUndefined();
  });

  it('needs the least amount', () => {
    expect(judge(unreadSpend, { samples, readers }, { least: 13 })).toBeUndefined();
    expect(judge(unreadSpend, { samples: hourly(3, () => 0), readers }, { least: 0 })).toBeUndefined();
  });

  it('a top-up is nothing spent', () => {
    expect(judge(unreadSpend, { samples: hourly(3, () => -5), readers })).toBeUndefined();
  });

  it('cannot be known where consumers hold the key, nobody ever read it, or nothing was probed', () => {
    expect(judge(unreadSpend, { samples, readers, hasInjectedConsumers: true })).toBe('unknown');
    expect(judge(unreadSpend, { samples })).toBe('unknown');
    expect(judge(unreadSpend, { readers })).toBe('unknown');
    expect(judge(unreadSpend, { samples, readers }, {}, now + 5 * dayMs)).toBe('unknown');
  });

  it('an invoiced account tells its month', () => {
    const cost = [invoiced(now - 2 * hourMs, 10), invoiced(now, 15)];
    expect(told(unreadSpend, { samples: cost, readers }).facts?.at(-1)).toBe(
      'This month 15.00 GBP, 24 Nov 2026 14:00 UTC',
    );
  });
});

it('one finding a check, told again as the balance nears its end, and resolved', async () => {
  const findings = createMemoryFindingStore();
  const options = { settings: defaultSettings, contracts: createContracts(defaultSettings), findings };
  const run = (samples: UsageState['samples'], at: number) =>
    judgeState('usage', secret, state({ samples }), { ...options, now: at });
  const samples = hourly(8, () => 0.5, 70 + 96);
  expect((await run(samples, now)).map(({ told: { stage } = { stage: '' } }) => stage)).toEqual(['soon']);
  const nearer = [...samples, prepaid(now + hourMs, 30)];
  expect((await run(nearer, now + hourMs))[0]?.told).toMatchObject({ count: 2, stage: 'half' });
  const [over] = await run([...nearer, prepaid(now + 2 * hourMs, 900)], now + 2 * hourMs);
  expect(over?.finding.status).toBe('resolved');
  expect(findings.all()).toHaveLength(1);
});

it('no text of a finding shouts', () => {
  const texts = checks
    .filter(({ about }) => about === 'usage')
    .map((check) => JSON.stringify(check))
    .join();
  expect(texts).not.toMatch(/!|\b(critical|urgent|danger)\b/i);
});
