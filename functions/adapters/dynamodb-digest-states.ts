import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { DigestState, DigestStates } from '../core/ports.ts';
import { partitionKey, type Table, wellFormed } from './dynamodb-table.ts';
import { changeItem, type Patience, whileUnchanged } from './item-change.ts';

export interface DigestStatesOptions extends Patience {
  readonly table: Table;
}

interface Stored {
  readonly state: DigestState;
  readonly revision: number;
}

/** One item for each target, without `expiresAt`: what it was told must not be forgotten. */
export function createDigestStates({ table, ...patience }: DigestStatesOptions): DigestStates {
  const read = async (target: string): Promise<Stored | undefined> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keyOf(target), ConsistentRead: true }),
    );
    return Item && { state: Item['state'] as DigestState, revision: Number(Item['revision']) };
  };
  return {
    async read(target) {
      return (await read(target))?.state;
    },
    async update(target, change) {
      const written = await changeItem<Stored, Stored>(
        {
          read: () => read(target),
          change: (stored) => ({ state: change(stored?.state), revision: (stored?.revision ?? 0) + 1 }),
          write: (next, stored) =>
            table.client.send(
              new PutCommand({
                TableName: table.name,
                Item: { ...keyOf(target), ...next, state: wellFormed(next.state) },
                ...whileUnchanged('revision', stored?.revision),
              }),
            ),
          what: `The digests of ${target}`,
        },
        patience,
      );
      // What changes always is always written.
      return (written as Stored).state;
    },
  };
}

const keyOf = (target: string) => ({ pk: partitionKey('DIGEST', target), sk: 'DIGEST' });
