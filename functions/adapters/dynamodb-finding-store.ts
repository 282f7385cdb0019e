import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock, FindingStore, StoredFinding } from '../core/ports.ts';
import { dayMs, epochSeconds, isConditionFailure, partitionKey, type Table } from './dynamodb-table.ts';
import { StateConflictError } from './errors.ts';
import type { Random, Sleep } from './system-clock.ts';

/** Several `watch` containers may extend one finding at once; each attempt lets at least one of them through. */
const attempts = 10;
const firstWaitMs = 25;
const longestWaitMs = 1_000;

export interface FindingStoreOptions {
  readonly table: Table;
  /** settings.retention.findingDays */
  readonly findingDays: number;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly random: Random;
}

export function createFindingStore(options: FindingStoreOptions): FindingStore {
  const { table, findingDays, clock, sleep, random } = options;

  const put = (id: string, next: StoredFinding, was: number | undefined) =>
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: {
          ...keyOf(id),
          expiresAt: epochSeconds(clock.now() + findingDays * dayMs),
          severity: next.finding.severity,
          revision: next.finding.revision,
          announce: next.announce,
          stored: wellFormed(next),
        },
        ...(was === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: '#revision = :was',
              ExpressionAttributeNames: { '#revision': 'revision' },
              ExpressionAttributeValues: { ':was': was },
            }),
      }),
    );

  return {
    async upsert(id, merge) {
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const { Item } = await table.client.send(
          new GetCommand({ TableName: table.name, Key: keyOf(id), ConsistentRead: true }),
        );
        const next = merge(Item?.['stored'] as StoredFinding | undefined);
        if (!next) return undefined;
        try {
          await put(id, next, Item?.['revision'] as number | undefined);
          return next;
        } catch (error) {
          if (!isConditionFailure(error)) throw error;
        }
        await sleep(random() * Math.min(longestWaitMs, firstWaitMs * 2 ** attempt));
      }
      throw new StateConflictError(`Finding ${id} was changed by others at each of ${attempts} attempts`);
    },
  };
}

const keyOf = (id: string) => ({ pk: partitionKey('FINDING', id), sk: 'FINDING' });

/** Half a surrogate pair, which JSON can carry, has no UTF-8 form and would be refused with the whole item. */
function wellFormed<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === 'string' ? part.toWellFormed() : part,
  );
}
