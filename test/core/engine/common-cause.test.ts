import { expect, it } from '@jest/globals';
import { lowerCommonCauses } from '../../../functions/core/engine/common-cause.ts';
import { buildIncidents } from '../../../functions/core/engine/incidents.ts';
import { finding } from '../../support/findings.ts';
import { createEngine } from '../../support/judging.ts';
import { at, eventsOf, onDaysBefore, record, role, start } from '../../support/records.ts';

const burst = (name: string, firstSeen: string, overrides = {}) =>
  finding({
    id: `${name} ${firstSeen}`,
    detector: 'read-burst',
    severity: 'medium',
    actor: { principal: `arn:aws:iam::111122223333:role/${name}`, kind: 'role', account: '111122223333' },
    firstSeen,
    lastSeen: firstSeen,
    ...overrides,
  });
const at9 = '2026-03-02T09:00:00.000Z';
const severities = (findings: ReturnType<typeof finding>[]) =>
  lowerCommonCauses(findings).map(({ severity }) => severity);

it('four services at once are an outage: each is low, and says so; three are not', () => {
  const three = ['a', 'b', 'c'].map((name) => burst(name, at9));
  expect(severities(three)).toEqual(['medium', 'medium', 'medium']);
  const four = [...three, burst('d', '2026-03-02T10:30:00.000Z')];
  expect(severities(four)).toEqual(['low', 'low', 'low', 'low']);
  expect(lowerCommonCauses(four)[0]?.explanation).toContain('because 4 identities did so at once');
  expect(buildIncidents(four).map(({ severity }) => severity)).toEqual(['low']);
});

it('one service four times, another time of the day, another detector or a withdrawn finding is none', () => {
  const others = [
    burst('a', '2026-03-02T09:10:00.000Z'),
    burst('b', '2026-03-02T15:00:00.000Z'),
    burst('c', at9, { detector: 'mass-retrieval' }),
    burst('d', at9, { status: 'withdrawn' }),
    burst('e', at9, { firstSeen: null, lastSeen: null }),
  ];
  expect(severities([burst('a', at9), ...others])[0]).toBe('medium');
});

it('in the table such findings are stored, and sent only where the settings say so', async () => {
  const service = { userIdentity: role('sender', 'task') };
  const engine = createEngine({ completeSince: start - 60 * 86_400_000 });
  await engine.deliver(eventsOf(onDaysBefore(20, service)));
  await engine.deliver(
    eventsOf(Array.from({ length: 8 }, (_, index) => record({ ...service, eventTime: at(index * 60) }))),
  );
  const found = engine.stored().find(({ finding: { detector } }) => detector === 'read-burst');
  expect(found).toMatchObject({ announce: false, finding: { severity: 'medium' } });
});
