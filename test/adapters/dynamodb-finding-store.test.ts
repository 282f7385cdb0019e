import { describe, expect, test } from '@jest/globals';
import { createFindingStore } from '../../functions/adapters/dynamodb-finding-store.ts';
import { createContracts } from '../../functions/core/contracts/contracts.ts';
import { assess } from '../../functions/core/history/assess.ts';
import { Profile } from '../../functions/core/history/profile.ts';
import { defaultSettings } from '../../functions/core/model/settings.ts';
import type { StoredFinding } from '../../functions/core/ports.ts';
import { createClock } from '../functions/captures.ts';
import { finding } from '../support/findings.ts';
import { event } from '../support/records.ts';
import { createTableStandIn, RefusedError } from './table-stand-in.ts';

const assessed = () => {
  const one = event();
  const assessment = assess(
    one,
    {
      profile: () => Profile.parse(undefined),
      completeSince: undefined,
      minimumDays: 14,
      contracts: createContracts(defaultSettings),
    },
    [],
  );
  return { ...one, assessment };
};

const stored = (revision: number, overrides: Partial<StoredFinding> = {}): StoredFinding => ({
  finding: finding({ revision }),
  group: 'mass-retrieval|a',
  announce: true,
  events: [assessed()],
  distinct: revision,
  ...overrides,
});

const { id } = finding();

const extend = (existing: StoredFinding | undefined): StoredFinding =>
  stored((existing?.finding.revision ?? 0) + 1);

function createStore() {
  const standIn = createTableStandIn();
  const clock = createClock();
  const { sleep } = clock;
  const store = createFindingStore({
    table: standIn.table,
    findingDays: 400,
    clock,
    sleep,
    random: () => 0.5,
  });
  return { standIn, clock, store };
}

describe('finding store', () => {
  test('gives a finding back as it was stored', async () => {
    const { store } = createStore();
    const written = await store.upsert(id, () => stored(1));
    let seen: StoredFinding | undefined;
    await store.upsert(id, (existing) => {
      seen = existing;
      return undefined;
    });
    expect(seen).toEqual(written);
  });

  test('writes nothing where nothing changes', async () => {
    const { store, standIn } = createStore();
    expect(await store.upsert(id, () => undefined)).toBeUndefined();
    expect(standIn.items()).toEqual([]);
  });

  test('holds what the stream, its filter and the retention need', async () => {
    const { store, standIn, clock } = createStore();
    await store.upsert(id, () => stored(3, { announce: false }));
    expect(standIn.items()).toEqual([
      expect.objectContaining({
        pk: { S: `FINDING#${id}` },
        sk: { S: 'FINDING' },
        severity: { S: 'high' },
        revision: { N: '3' },
        announce: { BOOL: false },
        expiresAt: { N: String(clock.now() / 1000 + 400 * 86_400) },
      }),
    ]);
  });

  test("nobody's change is lost, however many extend a finding at once", async () => {
    const { store, standIn } = createStore();
    const results = await Promise.all(Array.from({ length: 8 }, () => store.upsert(id, extend)));
    expect(results.map((result) => result?.finding.revision).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(standIn.items()).toHaveLength(1);
  });

  test('gives up with a clear error where others are always faster', async () => {
    const { store, standIn } = createStore();
    standIn.before = (operation) => {
      if (operation === 'PutItem') throw new RefusedError('ConditionalCheckFailedException');
    };
    await expect(store.upsert(id, extend)).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
  });

  test('another refusal is passed on at once', async () => {
    const { store, standIn } = createStore();
    standIn.before = () => {
      throw new RefusedError('ResourceNotFoundException');
    };
    await expect(store.upsert(id, extend)).rejects.toThrow('ResourceNotFoundException');
    expect(standIn.requests).toHaveLength(1);
  });

  test('half a surrogate pair from a log does not stop it', async () => {
    const { store, standIn } = createStore();
    await store.upsert(id, () => stored(1, { finding: finding({ title: 'x\ud800y' }) }));
    expect(JSON.stringify(standIn.items())).toContain('x\ufffdy');
  });
});
