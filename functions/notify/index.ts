import { readBundledSettings } from '../adapters/bundled-settings.ts';
import { createDeliveryLedger } from '../adapters/dynamodb-delivery-ledger.ts';
import { connectTable } from '../adapters/dynamodb-table.ts';
import { readEnvironment } from '../adapters/lambda-environment.ts';
import { connectQueues } from '../adapters/sqs-client.ts';
import { createDeadLetters } from '../adapters/sqs-dead-letters.ts';
import { createRetryDelay } from '../adapters/sqs-retry-delay.ts';
import { systemClock as clock, sleep } from '../adapters/system-clock.ts';
import { instrument } from '../middleware/instrument.ts';
import { logger as log } from '../middleware/logger.ts';
import { measure } from '../middleware/metrics.ts';
import { env } from './env.ts';
import { createHandler } from './handler.ts';
import { receiversOf } from './receivers.ts';

const { TABLE_NAME, QUEUE_URL, DEAD_LETTER_QUEUE_URL } = readEnvironment(env);
const settings = readBundledSettings();
const queues = connectQueues();
const table = connectTable(TABLE_NAME);
const ledger = createDeliveryLedger({ table, findingDays: settings.retention.findingDays, clock });

export const handler = instrument(
  createHandler({
    receivers: receiversOf(settings, { table, ledger, clock, sleep, log }),
    deadLetters: createDeadLetters(queues, DEAD_LETTER_QUEUE_URL),
    retryDelay: createRetryDelay(queues, QUEUE_URL),
    random: Math.random,
    log,
    measure,
  }),
);
