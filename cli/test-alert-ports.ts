import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { readDelivery } from '../functions/adapters/dynamodb-delivery-ledger.ts';
import { connectDynamoDb, connectTable } from '../functions/adapters/dynamodb-table.ts';
import { tablesNamed } from '../functions/adapters/dynamodb-table-names.ts';
import { connectTopics, createSnsPublisher } from '../functions/adapters/sns-publisher.ts';
import { readTopic, topicsNamed } from '../functions/adapters/sns-topics.ts';
import { systemClock as clock, sleep } from '../functions/adapters/system-clock.ts';
import { createTopicPublisher } from '../functions/adapters/topic-publisher.ts';
import { standardTerminal } from './terminal.ts';
import type { TestAlertHost } from './test-alert-host.ts';

/** `test-alert` on this machine, with AWS. */
export const createTestAlertHost = (): TestAlertHost => ({
  connect(region) {
    const client = connectTopics(region);
    const dynamoDb = connectDynamoDb(region);
    return {
      tablesNamed: (part) => tablesNamed(part, dynamoDb),
      topicsNamed: (name) => topicsNamed(name, client),
      readTopic: (arn) => readTopic(arn, client),
      publish: (topicArn, publication) => createSnsPublisher({ topicArn, client }).publish(publication),
      publishTo: (topic, publication) => createTopicPublisher(topic).publish(publication),
      readDelivery: (table, channel, id) => readDelivery(connectTable(table, dynamoDb), channel, id),
    };
  },
  terminal: standardTerminal,
  clock,
  sleep,
  newId: () => `test-${randomUUID()}`,
  userName: () => userInfo().username,
  tableName: process.env['SECRETS_AUDIT_TABLE'] || undefined,
  exit: (code) => {
    process.exitCode = code;
  },
});
