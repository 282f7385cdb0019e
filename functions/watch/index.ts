import { readBundledSettings } from '../adapters/bundled-settings.ts';
import { createRelatedFindings } from '../adapters/dynamodb-related-findings.ts';
import { connectTable } from '../adapters/dynamodb-table.ts';
import { readEnvironment } from '../adapters/lambda-environment.ts';
import { connectQueues } from '../adapters/sqs-client.ts';
import { createDeadLetters } from '../adapters/sqs-dead-letters.ts';
import { systemClock as clock } from '../adapters/system-clock.ts';
import { createTableJudge } from '../adapters/table-judge.ts';
import { instrument } from '../middleware/instrument.ts';
import { logger } from '../middleware/logger.ts';
import { measure } from '../middleware/metrics.ts';
import { env } from './env.ts';
import { createHandler } from './handler.ts';

const { TABLE_NAME, DEAD_LETTER_QUEUE_URL, OWN_READS } = readEnvironment(env);
const settings = readBundledSettings();
const table = connectTable(TABLE_NAME);
const { judge } = createTableJudge({ table, settings, ownReads: OWN_READS, clock });

export const handler = instrument(
  createHandler({
    judge,
    related: createRelatedFindings(table, clock),
    deadLetters: createDeadLetters(connectQueues(), DEAD_LETTER_QUEUE_URL),
    clock,
    log: logger,
    measure,
  }),
);
