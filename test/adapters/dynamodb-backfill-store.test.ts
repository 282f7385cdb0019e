import { expect, test } from '@jest/globals';
import { createBackfillStore } from '../../functions/adapters/dynamodb-backfill-store.ts';
import type { SweepTarget } from '../../functions/core/ports.ts';
import { account, region, start } from '../support/records.ts';
import { createTableStandIn, RefusedError } from './table-stand-in.ts';

const target: SweepTarget = { account, region, eventSource: 'secretsmanager.amazonaws.com' };
const begun = { from: start - 90, learnedUntil: start - 90, to: start };

test('a backfill moves forward only, each target by itself, and is never forgotten', async () => {
  const { table, items } = createTableStandIn();
  const backfills = createBackfillStore(table);
  expect(await backfills.read(target)).toBeUndefined();
  await backfills.write(target, begun);
  await backfills.write(target, { ...begun, learnedUntil: start - 10 });
  await backfills.write(target, { ...begun, learnedUntil: start - 50 });
  await backfills.write({ ...target, region: 'us-east-1' }, begun);
  expect(await backfills.read(target)).toEqual({ ...begun, learnedUntil: start - 10 });
  expect(items().map((item) => [item['pk']?.['S'], item['sk']?.['S'], item['expiresAt']])).toEqual([
    [`BACKFILL#${account}#${region}#secretsmanager.amazonaws.com`, 'BACKFILL', undefined],
    [`BACKFILL#${account}#us-east-1#secretsmanager.amazonaws.com`, 'BACKFILL', undefined],
  ]);
});

test('a refusal other than a failed condition is passed on', async () => {
  const standIn = createTableStandIn();
  standIn.before = () => {
    throw new RefusedError('AccessDeniedException');
  };
  await expect(createBackfillStore(standIn.table).write(target, begun)).rejects.toThrow(
    'AccessDeniedException',
  );
});
