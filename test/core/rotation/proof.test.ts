import { describe, expect, it, test } from '@jest/globals';
import type { Clause } from '../../../functions/core/model/contract-clause.ts';
import type { SecretReader } from '../../../functions/core/model/secret-reader.ts';
import {
  consumerStandings,
  hasEverybodyMoved,
  inTheWay,
  type Starts,
} from '../../../functions/core/rotation/proof.ts';
import { newRecord, type RotationRecord } from '../../../functions/core/rotation/rotation-record.ts';
import { consumerClause } from '../../support/rotation/rotated-secret.ts';

const switchedAt = Date.UTC(2026, 10, 24, 9, 0, 0, 400);
const before = switchedAt - 5_000;
const after = switchedAt + 5_000;

const switched: RotationRecord = {
  ...newRecord('incident', 'v-old'),
  newVersion: 'v-new',
  how: 'rotation',
  switchedAt,
};

const reader = (name: string, more: Partial<SecretReader> = {}): SecretReader => ({
  principal: `arn:aws:iam::111122223333:role/${name}`,
  kind: 'role',
  account: '111122223333',
  asked: 'AWSCURRENT',
  first: before,
  last: before,
  ...more,
});

function standings({
  clauses = [],
  readers = [],
  starts = {},
  record = switched,
  ownRoles = [],
}: {
  readonly clauses?: readonly Clause[];
  readonly readers?: readonly SecretReader[];
  readonly starts?: Readonly<Record<string, Starts>>;
  readonly record?: RotationRecord;
  readonly ownRoles?: readonly string[];
}) {
  return consumerStandings({
    clauses,
    isAbout: ({ role }, { principal }) => principal.endsWith(`/${role}`),
    readers,
    starts: new Map(Object.entries(starts)),
    record,
    ownRoles,
  });
}

const short = (of: ReturnType<typeof standings>) =>
  of.map(({ consumer, progress, because }) => `${consumer}: ${progress}, ${because}`);

const sender = consumerClause('sender', { ecs: 'prod/sms', delivery: 'injected' });
const worker = consumerClause('worker', { lambda: 'worker', delivery: 'runtime' });

describe('a consumer that got the key at its start', () => {
  test.each<[string, Starts | undefined, string]>([
    ['all after', { starts: [after, after] }, 'moved, 2 of 2 tasks started after the switch'],
    ['none of it', { starts: [] }, 'moved, nothing of it runs, so nothing holds a key'],
    [
      'some before',
      { starts: [after, before] },
      'lagging, 1 of 2 tasks started before the switch, the oldest 2026-11-24 08:59 UTC: they hold the old key',
    ],
    // AWS stamps whole seconds: which of both was first nobody knows.
    [
      'in the second of the switch',
      { starts: [switchedAt + 500] },
      'lagging, 1 of 1 tasks started before the switch, the oldest 2026-11-24 09:00 UTC: they hold the old key',
    ],
    ['not asked', undefined, 'unknown, what runs of it was not asked for'],
    ['that cannot be asked', { unknown: 'no permission' }, 'unknown, no permission'],
  ])('%s', (_, known, expected) => {
    const found = standings({ clauses: [sender], starts: known ? { 'ecs prod/sms': known } : {} });
    expect(short(found)).toEqual([`ecs prod/sms: ${expected}`]);
  });

  it('is judged by what runs, whatever its role read since', () => {
    const [found] = standings({
      clauses: [sender],
      readers: [reader('sender', { last: after })],
      starts: { 'ecs prod/sms': { starts: [before] } },
    });
    expect(found).toMatchObject({ progress: 'lagging', lastRead: after, clause: 'sender' });
  });

  it('before a switch it is said that it holds a key', () => {
    const record = { ...switched, switchedAt: null };
    const found = standings({
      clauses: [sender],
      record,
      starts: { 'ecs prod/sms': { starts: [before, before] } },
    });
    expect(short(found)).toEqual([
      'ecs prod/sms: unseen, 2 tasks running; holds the key that it started with',
    ]);
  });
});

describe('a consumer that reads the key itself', () => {
  const progressOf = (...readers: SecretReader[]) => standings({ clauses: [worker], readers })[0];

  test.each<[string, SecretReader[], string]>([
    ['the label since', [reader('worker', { last: after })], 'moved'],
    [
      'the new version by its id',
      [reader('worker'), reader('worker', { asked: 'v-new', last: after })],
      'moved',
    ],
    ['nothing since', [reader('worker')], 'unseen'],
    ['in the second of the switch', [reader('worker', { last: switchedAt + 500 })], 'unseen'],
    [
      'the old version by its label',
      [reader('worker', { last: after }), reader('worker', { asked: 'AWSPREVIOUS', last: after })],
      'lagging',
    ],
    [
      'the old version by its id',
      [reader('worker'), reader('worker', { asked: 'v-old', first: before, last: after })],
      'lagging',
    ],
    [
      'the old one, and later the new one',
      [
        reader('worker', { last: after + 2_000 }),
        reader('worker', { asked: 'AWSPREVIOUS', first: after, last: after }),
      ],
      'moved',
    ],
  ])('%s', (_, readers, progress) => {
    expect(progressOf(...readers)).toMatchObject({ consumer: 'lambda worker', progress });
  });

  it('that a contract names and nobody saw is listed too', () => {
    expect(short(standings({ clauses: [worker] }))).toEqual([
      'lambda worker: unseen, never seen to read it, not since the switch',
    ]);
  });
});

describe('who is a consumer', () => {
  it('is who asks for the current value, with or without a contract', () => {
    const found = standings({ clauses: [worker], readers: [reader('worker'), reader('stranger')] });
    expect(found.map(({ consumer, clause }) => [consumer, clause])).toEqual([
      ['lambda worker', 'worker'],
      ['role/stranger', null],
    ]);
  });

  it('is no person, no role of the suite, and nobody who looked at an old version once', () => {
    const enforce = reader('enforce');
    const found = standings({
      readers: [
        reader('x', { kind: 'person' }),
        enforce,
        reader('operator', { asked: 'AWSPREVIOUS', first: after, last: after }),
        reader('early', { asked: 'v-old', first: before, last: before }),
      ],
      ownRoles: [enforce.principal],
    });
    expect(found).toEqual([]);
  });

  it('is who asks for an old version before the switch and after it', () => {
    const found = standings({ readers: [reader('pinned', { asked: 'v-old', last: after })] });
    expect(found.map(({ progress }) => progress)).toEqual(['lagging']);
  });

  it('is each of several that one role reads for', () => {
    const two = [worker, consumerClause('second', { other: 'cron', delivery: 'runtime' }, 'worker')];
    expect(standings({ clauses: two, readers: [reader('worker')] }).map(({ consumer }) => consumer)).toEqual([
      'lambda worker',
      'other cron',
    ]);
  });
});

it('a person’s word stands for what cannot be seen', () => {
  const attested = [{ consumer: 'ecs prod/sms', by: 'anika', reason: 'restarted', at: after }];
  const found = standings({
    clauses: [sender, worker],
    record: { ...switched, attested },
    starts: { 'ecs prod/sms': { unknown: 'no permission' } },
  });
  expect(short(found)).toEqual([
    'ecs prod/sms: moved, anika says so: restarted',
    'lambda worker: unseen, never seen to read it, not since the switch',
  ]);
});

it('everybody has moved when nobody is in the way; those who hold the old key come first', () => {
  const found = standings({
    clauses: [sender, worker, consumerClause('b', { ecs: 'prod/b', delivery: 'injected' })],
    starts: { 'ecs prod/sms': { starts: [before] }, 'ecs prod/b': { unknown: 'x' } },
  });
  expect(inTheWay(found).map(({ consumer }) => consumer)).toEqual([
    'ecs prod/sms',
    'lambda worker',
    'ecs prod/b',
  ]);
  expect(hasEverybodyMoved(found)).toBe(false);
  expect(hasEverybodyMoved(standings({ readers: [reader('a', { last: after })] }))).toBe(true);
});
