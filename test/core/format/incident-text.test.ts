import { expect, it } from '@jest/globals';
import { buildIncidents } from '../../../functions/core/engine/incidents.ts';
import { incidentsText } from '../../../functions/core/format/incident-text.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import { finding, hostile } from '../../support/findings.ts';

const actor: Finding['actor'] = {
  principal: 'arn:aws:iam::111122223333:role/sms-ecs-host',
  kind: 'role',
  account: '111122223333',
};

const story = [
  finding({
    id: 'p',
    actor,
    secret: null,
    detector: 'denied-probing',
    severity: 'low',
    title: '3 refused calls on secrets in 2 minutes by role/sms-ecs-host',
    firstSeen: '2026-03-02T02:10:00.000Z',
    lastSeen: '2026-03-02T02:12:00.000Z',
    evidence: ['a', 'b', 'c'],
    count: 3,
  }),
  finding({
    id: 'r',
    actor,
    detector: 'rare-network',
    severity: 'medium',
    title: 'role/sms-ecs-host read sms/clockwork from a network new to it',
    firstSeen: '2026-03-02T02:14:07.000Z',
    lastSeen: '2026-03-02T02:14:07.000Z',
    evidence: ['d'],
    count: 1,
  }),
];

const plain = (findings: readonly Finding[], columns = 80): string =>
  incidentsText(buildIncidents(findings), { columns, emphasise: (_, text) => text });

it('reads like this', () => {
  const mild = finding({ id: 'm', severity: 'low', secret: null });
  expect(`\n${plain([...story, mild])}\n`).toMatchInlineSnapshot(`
"
HIGH  role/sms-ecs-host read sms/clockwork from a network new to it, after 3
refused calls on secrets in 2 minutes
  2026-03-02 02:10:00  probing      3 refused calls on secrets in 2 minutes by
                                    role/sms-ecs-host
  2026-03-02 02:14:07  access       role/sms-ecs-host read sms/clockwork from a
                                    network new to it
  Severity  high, because access followed a search, or refused calls
  Who       role/sms-ecs-host
  Secrets   sms/clockwork
  Incident  inc-148de9c5a7a44d19: 2 findings, 4 events

1 incident below medium, of which the findings tell.
"
`);
});

it('is nothing where nothing is', () => {
  expect(plain([])).toBe('');
});

it.each([60, 80, 120])('is no wider than %i columns, and hides nothing that deceives', (columns) => {
  const text = plain(
    [finding({ title: hostile, actor: { principal: hostile, kind: 'role', account: 'x' } }), ...story],
    columns,
  );
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
  for (const character of ['\u001b', '\u202e', '\u2066']) expect(text).not.toContain(character);
});
