import { describe, expect, test } from '@jest/globals';
import { handle } from '../../../functions/core/incidents/handling.ts';
import { type KeptIncidents, keepIncidents } from '../../../functions/core/incidents/keep-incidents.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import type { StoredIncident } from '../../../functions/core/ports.ts';
import { finding } from '../../support/findings.ts';

const now = Date.parse('2026-03-03T10:00:00Z');
const at = (day: number, hour: number) => `2026-03-0${day}T0${hour}:00:00.000Z`;
const sign = (id: string, time: string, overrides: Partial<Finding> = {}) =>
  finding({ id, firstSeen: time, lastSeen: time, owner: 'messaging', ...overrides });

/** A run's findings, put to what was kept before. */
function run(kept: KeptIncidents, ...findings: Finding[]): KeptIncidents {
  const next = keepIncidents(kept, findings, now);
  const byId = <Item>(all: readonly Item[], more: readonly Item[], idOf: (item: Item) => string) => [
    ...new Map([...all, ...more].map((item) => [idOf(item), item])).values(),
  ];
  return {
    incidents: byId(kept.incidents, next.incidents, ({ record }) => record.incident.id),
    findings: byId(kept.findings, next.findings, ({ id }) => id),
  };
}

const empty: KeptIncidents = { incidents: [], findings: [] };
const only = ({ incidents }: KeptIncidents): StoredIncident => {
  expect(incidents).toHaveLength(1);
  return incidents[0] as StoredIncident;
};
const say = (kept: KeptIncidents, word: 'acknowledge' | 'resolve'): KeptIncidents => {
  const handled = handle(only(kept), { word, by: 'mara', reason: 'r' }, now);
  if ('refused' in handled) throw new Error(handled.because);
  return { ...kept, incidents: [handled.stored] };
};

describe('incidents from run to run', () => {
  test('the same run again changes nothing', () => {
    const kept = run(empty, sign('a', at(2, 1)));
    expect(only(kept).record).toMatchObject({ status: 'open', revision: 1, owners: ['messaging'] });
    expect(keepIncidents(kept, [sign('a', at(2, 1))], now)).toEqual(empty);
  });

  test('one that grows keeps its name and what was said', () => {
    const kept = run(say(run(empty, sign('a', at(2, 1))), 'acknowledge'), sign('b', at(2, 2)));
    const { record } = only(kept);
    expect(record).toMatchObject({ status: 'open', revision: 3, acknowledged: { by: 'mara' } });
    expect(record.incident.findings).toEqual(['a', 'b']);
  });

  test('one that was resolved is open again only where it goes on', () => {
    const resolved = say(run(empty, sign('a', at(2, 1))), 'resolve');
    expect(only(run(resolved, sign('a', at(2, 1)))).record.status).toBe('resolved');
    const { record } = only(run(resolved, sign('b', at(2, 2))));
    expect(record).toMatchObject({ status: 'open', acknowledged: null });
    expect(record.history.map(({ by, word }) => [by, word])).toEqual([
      ['mara', 'resolve'],
      ['secrets-audit', 'reopen'],
    ]);
  });

  test('one whose beginning comes to light later is told in the one that has it', () => {
    const kept = run(run(empty, sign('b', at(2, 2))), sign('a', at(2, 1)));
    const [later, earlier] = kept.incidents.map(({ record }) => record);
    expect(earlier).toMatchObject({ status: 'open', incident: { findings: ['a', 'b'] } });
    expect(later).toMatchObject({ status: 'merged', mergedInto: earlier?.incident.id, revision: 2 });
    expect(keepIncidents(kept, [], now)).toEqual(empty);
  });

  test('a run over fewer logs takes nothing away', () => {
    const kept = run(empty, sign('a', at(2, 1), { count: 25 }), sign('b', at(2, 2)));
    expect(keepIncidents(kept, [sign('a', at(2, 1), { count: 3 })], now)).toEqual(empty);
  });
});
