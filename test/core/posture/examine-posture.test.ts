import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { createMemoryFindingStore } from '../../../functions/core/engine/memory-stores.ts';
import type { SecretDescription } from '../../../functions/core/model/secret-state.ts';
import type { FindingStore, SecretCatalogue } from '../../../functions/core/ports.ts';
import { examinePosture, type PostureFailure } from '../../../functions/core/posture/examine-posture.ts';
import { account, region } from '../../support/records.ts';
import { contractsOf, settingsOf } from '../contracts/settings-of.ts';
import { day, now, secretOf } from './secrets.ts';

const here = { account, region };
const elsewhere = { account, region: 'eu-west-2' };

const publicPolicy = JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
});

interface Options {
  /** Pages of the first place. */
  readonly pages?: readonly (readonly SecretDescription[])[];
  /** By name; an error is thrown. */
  readonly policies?: Readonly<Record<string, string | Error>>;
  readonly settings?: string;
  readonly findings?: FindingStore;
  readonly at?: number;
}

/** Two places, of which the second cannot be listed, and what came of it. */
async function examine({ pages = [], policies = {}, settings = '', at = now, ...options }: Options) {
  const findings = createMemoryFindingStore();
  const failures: Pick<PostureFailure, 'step' | 'secret'>[] = [];
  const asked: string[] = [];
  const load = { current: 0, most: 0 };
  const catalogue: SecretCatalogue = {
    async *pages(place) {
      if (place.region !== region) throw new Error('not answered');
      yield* pages;
    },
    async policy({ name }) {
      asked.push(name);
      load.current += 1;
      load.most = Math.max(load.most, load.current);
      await new Promise((resolve) => setImmediate(resolve));
      load.current -= 1;
      const policy = policies[name] ?? null;
      if (policy instanceof Error) throw policy;
      return policy;
    },
  };
  const counts = await examinePosture({
    places: [elsewhere, here],
    catalogue,
    settings: settingsOf(settings),
    contracts: contractsOf(settings),
    findings: options.findings ?? findings,
    now: at,
    onFailure: ({ step, secret }) => failures.push({ step, ...(secret !== undefined && { secret }) }),
  });
  return { counts, failures, asked, load, findings: findings.all().map(({ finding }) => finding) };
}

const list = { step: 'list' };

describe('every secret', () => {
  it('is looked at, page by page, and has a finding where it falls short', async () => {
    const off = { rotation: { enabled: false } };
    const { counts, findings, failures } = await examine({
      pages: [[secretOf('app/a'), secretOf('app/b', off)], [], [secretOf('app/c', off)]],
    });
    expect(counts).toEqual({ secrets: 3, failing: 2, unknown: 0, changed: 2 });
    expect(findings.map(({ title }) => title)).toEqual(['app/b: rotation is off', 'app/c: rotation is off']);
    // The other place is told of, and stops nobody.
    expect(failures).toEqual([list]);
  });

  it('is judged by the limits, the decoys and the owners of its own name and tags', async () => {
    const settings = `
defaults: {posture: {unused: 5d}}
secrets:
  - match: {tag: {tier: gold}}
    owner: platform
    posture: {every: 5d}
  - match: {name: canary/*}
    decoy: true
`;
    const { findings } = await examine({
      settings,
      pages: [
        [
          secretOf('app/gold', { tags: { tier: 'gold' } }),
          secretOf('app/plain', { lastAccessed: now - 7 * day }),
          secretOf('canary/a', { lastAccessed: null, rotation: { enabled: false } }),
        ],
      ],
    });
    expect(findings).toMatchObject([
      { title: 'app/gold: not rotated since 14 Nov 2026', owner: 'platform' },
      { title: 'app/plain: not read since 17 Nov 2026' },
    ]);
  });

  it('is asked for its policy, a few at once, and not where it waits for its deletion', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const { asked, load, counts } = await examine({
      pages: [[...names.map((name) => secretOf(name)), secretOf('gone', { deleted: now })]],
    });
    expect(asked).toEqual(names);
    expect(load.most).toBe(2);
    expect(counts.secrets).toBe(5);
  });

  it('with a policy that lets everybody in is high', async () => {
    const { findings } = await examine({
      pages: [[secretOf('app/a'), secretOf('app/b')]],
      policies: { 'app/a': publicPolicy, 'app/b': publicPolicy.replace('"*"', `"${account}"`) },
    });
    expect(findings).toMatchObject([{ severity: 'high', secret: { name: 'app/a' } }]);
  });

  it('whose policy cannot be read, or is none, is unknown and keeps what was said before', async () => {
    const denied = new Error('not authorized');
    const { counts, findings, failures } = await examine({
      pages: [[secretOf('app/a'), secretOf('app/b'), secretOf('app/c', { rotation: { enabled: false } })]],
      policies: { 'app/a': denied, 'app/b': 'no policy', 'app/c': denied },
    });
    expect(counts).toEqual({ secrets: 3, failing: 1, unknown: 3, changed: 1 });
    expect(findings).toMatchObject([
      { facts: expect.arrayContaining(['Not known: its resource policy could not be read']) },
    ]);
    expect(failures).toEqual([
      list,
      { step: 'policy', secret: 'app/a' },
      { step: 'policy', secret: 'app/c' },
    ]);
  });

  it('goes on where the finding of one cannot be kept', async () => {
    const kept = createMemoryFindingStore();
    let calls = 0;
    const findings: FindingStore = {
      upsert(id, merge) {
        calls += 1;
        if (calls === 1) throw new Error('throttled');
        return kept.upsert(id, merge);
      },
    };
    const off = { rotation: { enabled: false } };
    const { counts, failures } = await examine({
      pages: [[secretOf('app/a', off), secretOf('app/b', off)]],
      findings,
    });
    expect(counts).toEqual({ secrets: 2, failing: 2, unknown: 1, changed: 1 });
    expect(failures).toEqual([list, { step: 'finding', secret: 'app/a' }]);
    expect(kept.all()).toHaveLength(1);
  });
});

test('the same again changes nothing, and a secret that waits for its deletion has its finding resolved', async () => {
  const findings = createMemoryFindingStore();
  const off = secretOf('app/a', { rotation: { enabled: false } });
  const of = async (secret: SecretDescription, at: number) =>
    (await examine({ pages: [[secret]], findings, at })).counts.changed;
  expect(await of(off, now)).toBe(1);
  expect(await of(off, now + day)).toBe(0);
  expect(await of({ ...off, deleted: now + 9 * day }, now + 2 * day)).toBe(1);
  expect(findings.all().map(({ finding }) => finding.status)).toEqual(['resolved']);
});

test('nothing fails without a listener either', async () => {
  const catalogue: SecretCatalogue = {
    // biome-ignore lint/correctness/useYield: it fails before the first page.
    async *pages() {
      throw new Error('not answered');
    },
    policy: async () => null,
  };
  const settings = settingsOf('');
  const contracts = contractsOf('');
  const findings = createMemoryFindingStore();
  expect(await examinePosture({ places: [here], catalogue, settings, contracts, findings, now })).toEqual({
    secrets: 0,
    failing: 0,
    unknown: 0,
    changed: 0,
  });
});

/** Some days ago, or never. */
const ago = (most: number) => fc.integer({ min: 0, max: most }).map((days) => now - days * day);

const anySecret = fc.record({
  created: ago(800),
  lastAccessed: fc.option(ago(400)),
  kmsKeyId: fc.constantFrom(null, 'key/1'),
  deleted: fc.option(fc.constant(now + day), { freq: 9 }),
  tags: fc.constantFrom<Record<string, string>>({}, { owner: 'messaging' }),
  rotation: fc.record({
    enabled: fc.boolean(),
    last: fc.option(ago(200)),
    next: fc.option(ago(9)),
  }),
});

const strict = 'defaults: {posture: {customerKey: true, tags: [owner]}}';

test('the order of secrets and pages does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(anySecret, fc.nat()), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 8 }),
      async (drawn, size) => {
        const secrets = drawn.map(([differences], index) => secretOf(`app/${index}`, differences));
        const shuffled = drawn
          .map(([, place], index) => ({ place, secret: secrets[index] as SecretDescription }))
          .sort((a, b) => a.place - b.place)
          .map(({ secret }) => secret);
        const pages = [shuffled.slice(0, size), shuffled.slice(size)];
        const one = await examine({ pages: [secrets], settings: strict });
        const other = await examine({ pages, settings: strict });
        const byId = (all: typeof one.findings) => [...all].sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(other.counts).toEqual(one.counts);
        expect(byId(other.findings)).toEqual(byId(one.findings));
        expect(one.counts.changed).toBe(one.counts.failing);
      },
    ),
  );
});

test('a secret that meets all is silent, whatever the rest', async () => {
  const fine = fc.record({
    created: ago(800),
    lastAccessed: ago(90),
    tags: fc.dictionary(fc.string(), fc.string()).map((tags) => ({ ...tags, owner: 'x' })),
    owningService: fc.constantFrom(null, 'rds'),
    rotation: fc.record({
      last: ago(30),
      next: ago(1),
      functionArn: fc.constantFrom(null, 'arn'),
      afterDays: fc.constantFrom(null, 30),
      schedule: fc.constantFrom(null, 'rate(30 days)', 'cron(0 8 1 * ? *)'),
    }),
  });
  await fc.assert(
    fc.asyncProperty(fine, async (differences) => {
      const { counts, findings } = await examine({
        pages: [[secretOf('app/a', differences)]],
        settings: strict,
      });
      expect(findings).toEqual([]);
      expect(counts).toEqual({ secrets: 1, failing: 0, unknown: 0, changed: 0 });
    }),
  );
});
