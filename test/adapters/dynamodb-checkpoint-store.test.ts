import { expect, test } from '@jest/globals';
import { createCheckpointStore } from '../../functions/adapters/dynamodb-checkpoint-store.ts';
import type { SweepTarget } from '../../functions/core/ports.ts';
import { createClock } from '../functions/captures.ts';
import { account, region, start } from '../support/records.ts';
import { createTableStandIn, RefusedError } from './table-stand-in.ts';

const target: SweepTarget = { account, region, eventSource: 'secretsmanager.amazonaws.com' };

test('a checkpoint moves forward only, each target by itself, and expires', async () => {
  const { table, items } = createTableStandIn();
  const checkpoints = createCheckpointStore(table, createClock());
  expect(await checkpoints.sweptUntil(target)).toBeUndefined();
  await checkpoints.advance(target, start);
  await checkpoints.advance(target, start - 1);
  await checkpoints.advance({ ...target, region: 'us-east-1' }, start + 7);
  expect(await checkpoints.sweptUntil(target)).toBe(start);
  expect(items().map((item) => [item['pk']?.['S'], item['expiresAt']?.['N']])).toEqual([
    [`CHECKPOINT#${account}#${region}#secretsmanager.amazonaws.com`, String(start / 1000 + 90 * 86_400)],
    [`CHECKPOINT#${account}#us-east-1#secretsmanager.amazonaws.com`, expect.any(String)],
  ]);
});

test('a refusal other than a failed condition is passed on', async () => {
  const standIn = createTableStandIn();
  standIn.before = () => {
    throw new RefusedError('AccessDeniedException');
  };
  const checkpoints = createCheckpointStore(standIn.table, createClock());
  await expect(checkpoints.advance(target, start)).rejects.toThrow('AccessDeniedException');
});
