import { expect, it } from '@jest/globals';
import { type BacktestSide, compareJudgements } from '../../../functions/core/engine/backtest.ts';
import { buildIncidents } from '../../../functions/core/engine/incidents.ts';
import { backtestText } from '../../../functions/core/format/backtest-text.ts';
import type { Suppression } from '../../../functions/core/model/contract-settings.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import { finding, hostile } from '../../support/findings.ts';

const suppression: Suppression = {
  id: 'intruder-noise',
  match: { principal: 'intruder', network: 'nat' },
  owner: 'platform@example.com',
  reason: 'a nightly job',
  until: '2026-12-31T00:00:00Z',
};

const side = (findings: readonly Finding[], suppressions: Suppression[] = []): BacktestSide => ({
  findings,
  incidents: buildIncidents(findings),
  settings: {
    suppressions,
    networks: { nat: { cidrs: ['198.51.100.0/24'], vpcEndpoints: ['vpce-0a1b2c3d'], services: [] } },
  },
});

function plain(
  before: BacktestSide,
  after: BacktestSide,
  columns = 80,
  against?: string,
  events = 163,
): string {
  const compared = compareJudgements(before, after, 'high');
  return backtestText(compared, {
    run: {
      settings: 'audit.yaml',
      against,
      failOn: 'high',
      unreadable: [],
      before,
      after,
      hidesSomething: compared.hidesSomething,
    },
    period: events > 0 ? { from: '2026-03-02T09:00:00.000Z', to: '2026-03-12T09:00:04.000Z' } : undefined,
    events,
    columns,
    emphasise: (_, text) => text,
  });
}

const withSecret = (name: string, overrides: Partial<Finding> = {}): Finding =>
  finding({ secret: null, id: name, title: `Rotation of ${name} failed`, actor: null, ...overrides });

it('reads like this', () => {
  const attack = finding();
  expect(
    `\n${plain(
      side([attack, withSecret('a'), withSecret('b', { severity: 'medium' }), withSecret('d', { count: 3 })]),
      side(
        [
          attack,
          withSecret('b', { severity: 'low' }),
          withSecret('c', { severity: 'info' }),
          withSecret('d', { count: 4 }),
        ],

        [suppression, { ...suppression, id: 'none', match: { secret: 'nowhere' } }],
      ),
      80,
      'old.yaml',
    )}`,
  ).toMatchInlineSnapshot(`
"
Settings   audit.yaml against old.yaml
Events     163, 02 Mar 2026 09:00:00 UTC to 12 Mar 2026 09:00:04 UTC
Findings   4 before, 4 after: 1 gained, 1 lost, 2 changed
Incidents  4 before, 4 after: 1 gained, 1 lost, 1 changed
Verdict    Suppressions would have hidden 1 finding at high or above. 1 finding
           at high or above is lost, or milder.

Suppression intruder-noise would have hidden 1 of 4 findings: 1 high
  Reason     a nightly job (platform@example.com, until 2026-12-31T00:00:00Z)
  Matches    principal intruder, network nat
  [HIGH] 25 secrets read in 4 seconds by user/intruder
    When       02 Mar 2026 09:00:00 UTC to 02 Mar 2026 09:00:04 UTC
    From       198.51.100.7 (24), vpce-0a1b2c3d (1)
    Rule       mass-retrieval
    Events     e0000000-0000-4000-8000-000000000000,
               e0000000-0000-4000-8000-000000000001,
               e0000000-0000-4000-8000-000000000002,
               e0000000-0000-4000-8000-000000000003,
               e0000000-0000-4000-8000-000000000004 and 20 more

Suppression none would have hidden 0 of 4 findings
  Reason     a nightly job (platform@example.com, until 2026-12-31T00:00:00Z)
  Matches    secret nowhere

GAINED  1 finding
  info       2026-03-02 09:00  Rotation of c failed

LOST  1 finding
  high       2026-03-02 09:00  Rotation of a failed

CHANGED  2 findings
  3 events -> 4 events  2026-03-02 09:00  Rotation of d failed
  medium -> low         2026-03-02 09:00  Rotation of b failed
"
`);
});

it('says that it had nothing to compare', () => {
  expect(plain(side([]), side([]), 80, undefined, 0)).toContain('Nothing to compare');
});

it.each([60, 80, 120])('is no wider than %i columns, and hides nothing that deceives', (columns) => {
  const findings = [
    finding({ title: hostile, evidence: [hostile], origins: [{ ip: hostile, count: 1 }] }),
    withSecret(hostile),
    ...Array.from({ length: 30 }, (_, n) => withSecret(String(n))),
  ];
  const text = plain(
    side(findings.map((each) => ({ ...each, severity: 'low' }))),
    side(findings, [{ ...suppression, match: { principal: 'intruder' }, reason: hostile }]),
    columns,
  );
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
  for (const character of ['\u001b', '\u202e', '\u2066']) expect(text).not.toContain(character);
  expect(text).toContain('more; --format json has all');
});
