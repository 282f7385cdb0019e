import { lambdaRuntime, readEnvironment } from '../adapters/lambda-environment.ts';
import { createSecurityHub } from '../adapters/security-hub.ts';
import { connectQueues } from '../adapters/sqs-client.ts';
import { createDeadLetters } from '../adapters/sqs-dead-letters.ts';
import { systemClock as clock } from '../adapters/system-clock.ts';
import { instrument } from '../middleware/instrument.ts';
import { logger } from '../middleware/logger.ts';
import { measure } from '../middleware/metrics.ts';
import { env } from './env.ts';
import { createHandler } from './handler.ts';

const { DEAD_LETTER_QUEUE_URL, PARTITION, ACCOUNT_ID } = readEnvironment(env);
const { AWS_REGION } = readEnvironment(lambdaRuntime);

export const handler = instrument(
  createHandler({
    importer: createSecurityHub({
      place: { partition: PARTITION, account: ACCOUNT_ID, region: AWS_REGION },
      clock,
    }),
    deadLetters: createDeadLetters(connectQueues(), DEAD_LETTER_QUEUE_URL),
    log: logger,
    measure,
  }),
);
