import { describe, expect, test } from '@jest/globals';
import { createFindingStore } from '../../functions/adapters/dynamodb-finding-store.ts';
import { createIncidentBook } from '../../functions/adapters/dynamodb-incident-book.ts';
import { createIncidentStore } from '../../functions/adapters/dynamodb-incident-store.ts';
import { readStreamRecord } from '../../functions/adapters/stream-records.ts';
import { absorb } from '../../functions/core/announcing/absorb.ts';
import { signOf } from '../../functions/core/announcing/sign.ts';
import { finding } from '../support/findings.ts';
import { start } from '../support/records.ts';
import { createTableStandIn } from './table-stand-in.ts';

const clock = { now: () => start };

function open() {
  const { table, stream } = createTableStandIn();
  const options = { table, findingDays: 400, clock, sleep: async () => undefined, random: () => 0 };
  return { options, stream };
}

describe('a record of the stream', () => {
  test('tells a finding, without the texts that incidents do not need', async () => {
    const { options, stream } = open();
    const stored = { finding: finding(), group: 'g', announce: true, events: [], distinct: 1 };
    const told = { count: 2, at: start, stage: 'due' };
    const { upsert } = createFindingStore(options);
    await upsert('a', () => ({ ...stored, mode: 'observe', told }));
    await upsert('b', () => stored);
    const [checked, found] = stream.map(readStreamRecord);
    expect(checked).toMatchObject({ kind: 'finding', sign: { announce: true, audible: false, told } });
    expect(found).toMatchObject({
      kind: 'finding',
      sign: {
        audible: true,
        told: null,
        incident: null,
        finding: { evidence: finding().evidence, advice: '' },
      },
    });
  });

  test('tells an incident as it was and is', async () => {
    const { options, stream } = open();
    const signs = [signOf({ finding: finding(), announce: true })];
    const { incidents } = await createIncidentBook(options).absorb(signs, (nearby) =>
      absorb(signs, nearby, { minimumSeverity: 'medium', now: start }),
    );
    const [made] = incidents;
    if (!made) throw new Error('no incident');
    const changed = await createIncidentStore(options).update(made.record.incident.id, (stored) => ({
      ...stored,
      record: { ...stored.record, revision: 2 },
    }));
    const told = stream
      .filter(({ dynamodb }) => dynamodb?.NewImage?.['sk']?.S === 'INCIDENT')
      .map(readStreamRecord);
    expect(told).toEqual([
      { kind: 'incident', before: undefined, after: made },
      { kind: 'incident', before: made, after: changed },
    ]);
  });

  test('that holds neither is refused, naming what is wrong', () => {
    const image = (sk: string) => ({
      dynamodb: {
        SequenceNumber: '1',
        NewImage: { sk: { S: sk }, stored: { M: { announce: { BOOL: true } } } },
      },
    });
    expect(() => readStreamRecord(image('FINDING'))).toThrow(/no finding; wrong: stored.finding/);
    expect(() => readStreamRecord(image('INCIDENT'))).toThrow(/no incident; wrong: stored.record/);
    expect(() => readStreamRecord({})).toThrow(/no finding/);
  });
});
