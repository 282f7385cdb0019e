import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { DeliveryDelayedError, DeliveryRefusedError } from '../../functions/core/errors.ts';
import type { Finding } from '../../functions/core/model/finding.ts';
import { createHandler } from '../../functions/security-hub/handler.ts';
import { finding as findingOf } from '../support/findings.ts';
import { captureLog, captureMetrics } from './captures.ts';

const recordOf = (finding: Partial<Finding>, sequence: string): DynamoDBRecord => ({
  dynamodb: {
    SequenceNumber: sequence,
    NewImage: marshall(
      { sk: 'FINDING', stored: { finding: findingOf(finding), announce: true } },
      { removeUndefinedValues: true },
    ) as never,
  },
});

function createHub() {
  const imported: Finding[][] = [];
  const dead: { body: string; code: string }[] = [];
  const { log } = captureLog();
  const { measure, values } = captureMetrics();
  const hub = { imported, dead, values, refuse: (_: readonly Finding[]): Error | undefined => undefined };
  const handler = createHandler({
    importer: {
      async import(findings) {
        const error = hub.refuse(findings);
        if (error) throw error;
        imported.push([...findings]);
      },
    },
    deadLetters: {
      async put(body, code) {
        dead.push({ body, code });
      },
    },
    log,
    measure,
  });
  return { hub, handle: (...Records: DynamoDBRecord[]) => handler({ Records }) };
}

describe('security-hub', () => {
  test('imports each finding once, in its newest revision', async () => {
    const { hub, handle } = createHub();
    const answer = await handle(
      recordOf({ id: 'a', revision: 1 }, '1'),
      recordOf({ id: 'b', revision: 1 }, '2'),
      recordOf({ id: 'a', revision: 2 }, '3'),
    );
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(hub.imported.map((batch) => batch.map(({ id, revision }) => `${id}${revision}`))).toEqual([
      ['a2', 'b1'],
    ]);
  });

  test('one that is refused lies in the dead letters, and the others are imported', async () => {
    const { hub, handle } = createHub();
    hub.refuse = (all) => (all.some(({ id }) => id === 'bad') ? new DeliveryRefusedError('no') : undefined);
    await handle(recordOf({ id: 'bad' }, '1'), recordOf({ id: 'good' }, '2'));
    expect(hub.imported.flat().map(({ id }) => id)).toEqual(['good']);
    expect(hub.dead).toEqual([{ body: '{"id":"bad","revision":1}', code: 'DELIVERY_REFUSED' }]);
    expect(hub.values['DeadLetters']).toBe(1);
  });

  test('while Security Hub is away, the batch comes again', async () => {
    const { hub, handle } = createHub();
    hub.refuse = () => new DeliveryDelayedError('away');
    const answer = await handle(recordOf({ id: 'a' }, '7'), recordOf({ id: 'b' }, '8'));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '7' }] });
    expect(hub.dead).toEqual([]);
  });

  test('a record that holds no finding lies in the dead letters', async () => {
    const { hub, handle } = createHub();
    const broken: DynamoDBRecord = { dynamodb: { SequenceNumber: '9', NewImage: { sk: { S: 'FINDING' } } } };
    expect(await handle(broken, recordOf({ id: 'a' }, '10'))).toEqual({ batchItemFailures: [] });
    expect(hub.dead).toEqual([{ body: '{"sequenceNumber":"9"}', code: 'UNREADABLE_INPUT' }]);
    expect(hub.imported.flat()).toHaveLength(1);
  });
});
