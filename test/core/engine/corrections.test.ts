import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildIncidents } from '../../../functions/core/engine/incidents.ts';
import type { AccessEvent } from '../../../functions/core/model/access-event.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import { createEngine } from '../../support/judging.ts';
import {
  at,
  denied,
  eventsOf,
  onDaysBefore,
  person,
  record,
  role,
  rotationEvent,
  start,
  user,
} from '../../support/records.ts';

const day = 86_400;
const completeSince = start - 60 * day * 1000;

const service = { userIdentity: role('sender', 'task') };
const mara = { userIdentity: person('Developers', 'mara@example.com') };
const intruder = { userIdentity: user('boris'), sourceIPAddress: '203.0.113.9' };

/** Habits of three weeks; then theft, odd hours, refusals, a batch with its reads, a new NAT and a spike. */
const scenario: readonly AccessEvent[] = eventsOf([
  ...onDaysBefore(21, service),
  ...onDaysBefore(21, service, 3),
  ...onDaysBefore(21, mara),
  ...onDaysBefore(15, { userIdentity: user('boris'), requestParameters: { secretId: 'own' } }),
  ...['a', 'b', 'c', 'd', 'e'].flatMap((name) => onDaysBefore(8, { userIdentity: role(name, 'task') })),
  ...['a', 'b', 'c', 'd', 'e'].map((name) =>
    record({ userIdentity: role(name, 'task'), sourceIPAddress: '198.51.100.20' }),
  ),
  record({ ...service, sourceIPAddress: '203.0.113.9' }),
  record({ ...mara, eventTime: at(18 * 3_600) }),
  rotationEvent('RotationSucceeded', 'app/db'),
  record({ ...intruder, eventTime: at(200) }),
  ...['x', 'y', 'z'].map((name) => record({ ...denied('GetSecretValue', name), ...intruder })),
  ...Array.from({ length: 22 }, (_, index) =>
    record({ ...intruder, eventTime: at(600 + index), requestParameters: { secretId: `app/${index}` } }),
  ),
  ...Array.from({ length: 5 }, (_, index) =>
    record({
      ...intruder,
      eventTime: at(3_000 + index * 60),
      eventName: 'BatchGetSecretValue',
      requestParameters: { filters: [{ key: 'tag-key', values: ['team'] }] },
    }),
  ),
  record({ ...intruder, eventTime: at(3_001), requestParameters: { secretId: 'app/1' } }),
  ...[1, 2, 3, 4].map((each) =>
    record({ ...service, eventTime: at(each * day), requestParameters: { secretId: `other/${each}` } }),
  ),
  ...Array.from({ length: 45 }, (_, index) => record({ ...service, eventTime: at(2 * day + index) })),
]);

/** What a finding says, without how often it was revised on the way. */
const verdict = ({ revision: _, ...finding }: Finding) => finding;

async function verdictsOf(deliveries: readonly (readonly AccessEvent[])[]) {
  const engine = createEngine({ completeSince });
  for (const delivery of deliveries) await engine.deliver(delivery);
  const findings = engine.findings();
  return { findings: findings.map(verdict), incidents: buildIncidents(findings) };
}

describe('late and missing evidence', () => {
  it('the scenario has what it is meant to have', async () => {
    const detectors = new Set((await verdictsOf([scenario])).findings.map(({ detector }) => detector));
    expect([...detectors].sort()).toEqual(
      expect.arrayContaining([
        'denied-probing',
        'first-seen-reader',
        'mass-retrieval',
        'rare-network',
        'read-after-rotation',
        'slow-retrieval',
        'unusual-hour',
      ]),
    );
  });

  it('shuffled, duplicated and split deliveries end in the same findings and incidents', async () => {
    const expected = await verdictsOf([scenario]);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...scenario], { minLength: scenario.length }),
        fc.array(fc.nat(scenario.length), { minLength: 1, maxLength: 12 }),
        fc.subarray([...scenario], { maxLength: 10 }),
        async (shuffled, cuts, repeated) => {
          const all = [...shuffled, ...repeated];
          const bounds = [0, ...cuts.toSorted((a, b) => a - b), all.length];
          const deliveries = bounds.slice(1).map((end, index) => all.slice(bounds[index], end));
          expect(await verdictsOf(deliveries)).toEqual(expected);
        },
      ),
      { seed: 4, numRuns: 15 },
    );
  }, 60_000);

  it('a network that was usual after all: the finding is withdrawn by a revision', async () => {
    const engine = createEngine({ completeSince });
    const habit = eventsOf(onDaysBefore(20, service));
    const [odd, late] = eventsOf([
      record({ ...service, sourceIPAddress: '203.0.113.9' }),
      record({ ...service, sourceIPAddress: '203.0.113.10', eventTime: at(-day + 3_600) }),
    ]);
    if (!odd || !late) throw new Error('two events were built');
    await engine.deliver(habit);
    const [found] = await engine.deliver([odd]);
    expect(found).toMatchObject({
      announce: true,
      finding: { detector: 'rare-network', revision: 1, status: 'open' },
    });
    const changed = await engine.deliver([late]);
    expect(changed.map(({ finding }) => [finding.firstSeen, finding.status, finding.revision])).toEqual(
      expect.arrayContaining([['2026-03-02T09:00:00.000Z', 'withdrawn', 2]]),
    );
    const networks = engine.findings().filter(({ detector }) => detector === 'rare-network');
    expect(networks.map(({ firstSeen }) => firstSeen)).toEqual(['2026-03-01T10:00:00.000Z']);
  });

  it('a batch whose reads arrive later is no longer counted as unknown', async () => {
    const engine = createEngine({ completeSince });
    const batches = eventsOf(
      Array.from({ length: 5 }, (_, index) =>
        record({
          ...intruder,
          eventTime: at(index * 60),
          eventName: 'BatchGetSecretValue',
          requestParameters: { filters: [{ key: 'tag-key', values: ['team'] }] },
        }),
      ),
    );
    const reads = eventsOf([
      record({ ...intruder, eventTime: at(1), requestParameters: { secretId: 'app/1' } }),
    ]);
    await engine.deliver(batches);
    expect(engine.findings().map(({ detector }) => detector)).toContain('batch-retrieval');
    await engine.deliver(reads);
    expect(engine.findings().map(({ detector }) => detector)).not.toContain('batch-retrieval');
    expect(
      engine.stored().find(({ finding }) => finding.detector === 'batch-retrieval')?.finding,
    ).toMatchObject({
      status: 'withdrawn',
      explanation: expect.stringMatching(/^No longer holds/),
    });
    const inOrder = createEngine({ completeSince });
    await inOrder.deliver([...batches, ...reads]);
    expect(engine.findings().map(verdict)).toEqual(inOrder.findings().map(verdict));
  });
});
