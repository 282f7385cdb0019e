import type { KeyBalance, KeyStanding } from '../../../functions/core/model/key-probe.ts';
import type { SecretReader } from '../../../functions/core/model/secret-reader.ts';
import type { UsageSample, UsageState } from '../../../functions/core/usage/usage-state.ts';
import { account, region } from '../../support/records.ts';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** A Tuesday. */
export const now = Date.parse('2026-11-24T14:00:00Z');

export const secret = { name: 'sms/clockwork', account, region, arn: null };

export const prepaid = (at: number, amount: number): UsageSample => ({
  at,
  standing: amount > 0 ? 'valid' : 'unfunded',
  reason: 'Balance',
  balance: { amount, currency: 'GBP', kind: 'prepaid' },
});

export const invoiced = (at: number, amount: number): UsageSample => ({
  ...prepaid(at, amount),
  standing: 'valid',
  balance: { amount, currency: 'GBP', kind: 'spent' },
});

export const answered = (
  at: number,
  standing: KeyStanding,
  balance: KeyBalance | null = null,
): UsageSample => ({ at, standing, reason: '58 Invalid API Key', balance });

/** A balance each hour of so many days up to `now`; `cost` is what the hour that begins then costs. */
export function hourly(days: number, cost: (hour: number) => number, start = 10_000): UsageSample[] {
  let amount = start;
  return Array.from({ length: days * 24 + 1 }, (_, index) => {
    const at = now - days * dayMs + index * hourMs;
    if (index > 0) amount -= cost(at - hourMs);
    return prepaid(at, amount);
  });
}

export const reader = (last: number): SecretReader => ({
  principal: `arn:aws:iam::${account}:role/sms-sender`,
  kind: 'role',
  account,
  asked: 'AWSCURRENT',
  first: last - dayMs,
  last,
});

export const state = (overrides: Partial<UsageState>): UsageState => ({
  secret,
  samples: [],
  readers: [],
  hasInjectedConsumers: false,
  sent: [],
  ...overrides,
});
