import { readBundledSettings } from '../adapters/bundled-settings.ts';
import { createDeliveryPace } from '../adapters/delivery-pace.ts';
import { createDeliveryLedger } from '../adapters/dynamodb-delivery-ledger.ts';
import { connectTable } from '../adapters/dynamodb-table.ts';
import { readEnvironment } from '../adapters/lambda-environment.ts';
import { createSlackWebhook } from '../adapters/slack-webhook.ts';
import { connectQueues } from '../adapters/sqs-client.ts';
import { createDeadLetters } from '../adapters/sqs-dead-letters.ts';
import { createRetryDelay } from '../adapters/sqs-retry-delay.ts';
import { systemClock as clock, sleep } from '../adapters/system-clock.ts';
import { createWebhookAddress } from '../adapters/webhook-address.ts';
import { instrument } from '../middleware/instrument.ts';
import { logger } from '../middleware/logger.ts';
import { measure } from '../middleware/metrics.ts';
import { env } from './env.ts';
import { createHandler } from './handler.ts';

const { TABLE_NAME, QUEUE_URL, DEAD_LETTER_QUEUE_URL, WEBHOOK_SECRET } = readEnvironment(env);
const { findingDays } = readBundledSettings().retention;
const queues = connectQueues();
const address = createWebhookAddress({ secretId: WEBHOOK_SECRET, clock });

export const handler = instrument(
  createHandler({
    ledger: createDeliveryLedger({ table: connectTable(TABLE_NAME), findingDays, clock }),
    webhook: createSlackWebhook({ address, clock, pace: createDeliveryPace(clock, sleep) }),
    deadLetters: createDeadLetters(queues, DEAD_LETTER_QUEUE_URL),
    retryDelay: createRetryDelay(queues, QUEUE_URL),
    random: Math.random,
    log: logger,
    measure,
  }),
);
