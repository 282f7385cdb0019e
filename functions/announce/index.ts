import { readBundledSettings } from '../adapters/bundled-settings.ts';
import { createDeliveryLedger } from '../adapters/dynamodb-delivery-ledger.ts';
import { connectTable } from '../adapters/dynamodb-table.ts';
import { readEnvironment } from '../adapters/lambda-environment.ts';
import { createSnsPublisher } from '../adapters/sns-publisher.ts';
import { systemClock as clock } from '../adapters/system-clock.ts';
import { instrument } from '../middleware/instrument.ts';
import { logger } from '../middleware/logger.ts';
import { measure } from '../middleware/metrics.ts';
import { env } from './env.ts';
import { createHandler } from './handler.ts';

const { TABLE_NAME, TOPIC_ARN } = readEnvironment(env);
const { findingDays } = readBundledSettings().retention;

export const handler = instrument(
  createHandler({
    ledger: createDeliveryLedger({ table: connectTable(TABLE_NAME), findingDays, clock }),
    publisher: createSnsPublisher({ topicArn: TOPIC_ARN }),
    log: logger,
    measure,
  }),
);
