import { describe, expect, test } from '@jest/globals';
import { createRotationStore } from '../../functions/adapters/dynamodb-rotation-store.ts';
import { StateConflictError } from '../../functions/adapters/errors.ts';
import { UnreadableInputError } from '../../functions/core/errors.ts';
import { newRecord, type RotationRecord, withStory } from '../../functions/core/rotation/rotation-record.ts';
import { account, region, start } from '../support/records.ts';
import { createTableStandIn, RefusedError } from './table-stand-in.ts';

const secret = { name: 'app/sms', account, region, arn: null };
const told = (what: string) => (record: RotationRecord | undefined) =>
  withStory(record ?? newRecord('incident', 'v1'), start, what);

function open() {
  const standIn = createTableStandIn();
  const waits: number[] = [];
  const rotations = createRotationStore({
    table: standIn.table,
    sleep: async (ms) => {
      waits.push(ms);
    },
    random: () => 0.5,
  });
  return { standIn, rotations, waits };
}

describe('what is remembered of a rotation', () => {
  test('is nothing before the first one', async () => {
    const { rotations } = open();
    expect(await rotations.read(secret)).toBeUndefined();
    expect(await rotations.update(secret, () => undefined)).toBeUndefined();
  });

  test('is there for each secret by itself, and is never forgotten', async () => {
    const { rotations, standIn } = open();
    const stored = await rotations.update(secret, told('begun'));
    await rotations.update({ ...secret, region: 'us-east-1' }, told('elsewhere'));
    expect(await rotations.read(secret)).toEqual(stored);
    expect(stored?.story).toEqual([{ at: start, what: 'begun' }]);
    expect(standIn.items().map((item) => [item['pk']?.['S'], item['sk']?.['S'], item['expiresAt']])).toEqual([
      [`ROTATION#${account}#${region}#app/sms`, 'ROTATION', undefined],
      [`ROTATION#${account}#us-east-1#app/sms`, 'ROTATION', undefined],
    ]);
  });

  test('is answered where nothing changes, and not written again', async () => {
    const { rotations, standIn } = open();
    const stored = await rotations.update(secret, told('begun'));
    expect(await rotations.update(secret, () => undefined)).toEqual(stored);
    expect(standIn.requests.filter(({ operation }) => operation === 'PutItem')).toHaveLength(1);
  });

  test('loses no change of somebody else', async () => {
    const { rotations, standIn, waits } = open();
    await rotations.update(secret, told('begun'));
    let others = 2;
    standIn.before = (operation) => {
      if (operation !== 'PutItem' || others === 0) return;
      others -= 1;
      const [item] = standIn.items();
      if (item) item['revision'] = { N: String(Number(item['revision']?.['N']) + 1) };
    };
    const seen: number[] = [];
    await rotations.update(secret, (record) => {
      seen.push(record?.story.length ?? 0);
      return told('switched')(record);
    });
    expect(seen).toEqual([1, 1, 1]);
    expect(waits).toEqual([12.5, 25]);
    expect((await rotations.read(secret))?.story.map(({ what }) => what)).toEqual(['begun', 'switched']);
  });

  test('gives up where others are always faster', async () => {
    const { rotations, standIn } = open();
    standIn.before = (operation) => {
      if (operation === 'PutItem') throw new RefusedError('ConditionalCheckFailedException');
    };
    await expect(rotations.update(secret, told('begun'))).rejects.toThrow(StateConflictError);
  });

  test('passes another refusal on', async () => {
    const { rotations, standIn } = open();
    standIn.before = () => {
      throw new RefusedError('AccessDeniedException');
    };
    await expect(rotations.update(secret, told('begun'))).rejects.toThrow('AccessDeniedException');
    await expect(rotations.read(secret)).rejects.toThrow('AccessDeniedException');
  });

  test('that cannot be read is not overwritten', async () => {
    const { rotations, standIn } = open();
    await rotations.update(secret, told('begun'));
    const [item] = standIn.items();
    const record = item?.['record']?.['M'] as Record<string, unknown>;
    record['status'] = { S: 'perhaps' };
    await expect(rotations.read(secret)).rejects.toThrow(UnreadableInputError);
    await expect(rotations.update(secret, told('again'))).rejects.toThrow(
      'app/sms cannot be read: see status',
    );
  });

  test('takes half a surrogate pair in what a person wrote', async () => {
    const { rotations } = open();
    await rotations.update(secret, told('because \ud800'));
    expect((await rotations.read(secret))?.story[0]?.what).toBe('because \ufffd');
  });
});
