import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { UnreadableInputError } from '../core/errors.ts';
import type { SecretRef } from '../core/model/access-event.ts';
import type { RotationStore } from '../core/ports.ts';
import { type RotationRecord, rotationRecordSchema } from '../core/rotation/rotation-record.ts';
import { partitionKey, type Table, wellFormed } from './dynamodb-table.ts';
import { changeItem, type Patience, whileUnchanged } from './item-change.ts';

export interface RotationStoreOptions extends Patience {
  readonly table: Table;
}

interface Stored {
  readonly record: RotationRecord;
  readonly revision: number;
}

/**
 * One item for each secret, without `expiresAt`: a rotation that is not proven must not be forgotten, and the last one is
 * what the next begins with.
 *
 * Its methods throw UnreadableInputError where an item is no rotation record: it is not overwritten.
 */
export function createRotationStore({ table, ...patience }: RotationStoreOptions): RotationStore {
  const read = async (secret: SecretRef): Promise<Stored | undefined> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keyOf(secret), ConsistentRead: true }),
    );
    return Item && { record: recordIn(Item['record'], secret), revision: Number(Item['revision']) };
  };

  return {
    async read(secret) {
      return (await read(secret))?.record;
    },

    async update(secret, change) {
      let latest: RotationRecord | undefined;
      const written = await changeItem<Stored, RotationRecord>(
        {
          read: () => read(secret),
          change(stored) {
            latest = stored?.record;
            return change(latest);
          },
          write: (record, stored) =>
            table.client.send(
              new PutCommand({
                TableName: table.name,
                Item: {
                  ...keyOf(secret),
                  revision: (stored?.revision ?? 0) + 1,
                  record: wellFormed(record),
                },
                ...whileUnchanged('revision', stored?.revision),
              }),
            ),
          what: `The rotation of ${secret.name}`,
        },
        patience,
      );
      return written ?? latest;
    },
  };
}

function recordIn(value: unknown, { name }: SecretRef): RotationRecord {
  const result = rotationRecordSchema.safeParse(value);
  if (result.success) return result.data;
  const place = result.error.issues[0]?.path.join('.');
  throw new UnreadableInputError(`What is stored of the rotation of ${name} cannot be read: see ${place}`);
}

const keyOf = ({ account, region, name }: SecretRef) => ({
  pk: partitionKey('ROTATION', `${account}#${region}#${name}`),
  sk: 'ROTATION',
});
