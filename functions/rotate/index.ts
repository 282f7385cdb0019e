import { readBundledSettings } from '../adapters/bundled-settings.ts';
import { createRotationStore } from '../adapters/dynamodb-rotation-store.ts';
import { connectTable } from '../adapters/dynamodb-table.ts';
import { lambdaRuntime, readEnvironment } from '../adapters/lambda-environment.ts';
import { createLambdaInvoker } from '../adapters/lambda-invoker.ts';
import { createRotationSteps } from '../adapters/rotation-steps.ts';
import { createSecretStore } from '../adapters/secrets-manager-secret-store.ts';
import { systemClock as clock, sleep } from '../adapters/system-clock.ts';
import { rotatedSecrets } from '../core/model/rotated-secrets.ts';
import { instrument } from '../middleware/instrument.ts';
import { logger } from '../middleware/logger.ts';
import { env } from './env.ts';
import { createHandler } from './handler.ts';

const { TABLE_NAME, ACCOUNT_ID, ENFORCE_FUNCTION } = readEnvironment(env);
const { AWS_REGION } = readEnvironment(lambdaRuntime);
const settings = readBundledSettings();
const place = { account: ACCOUNT_ID, region: AWS_REGION };
const table = connectTable(TABLE_NAME);
const enforce = createLambdaInvoker(ENFORCE_FUNCTION);
const stepsOf = createRotationSteps({
  settings,
  secrets: createSecretStore(),
  records: createRotationStore({ table, sleep, random: Math.random }),
  clock,
});

export const handler = instrument(
  createHandler({
    place,
    rotated: rotatedSecrets(settings, place),
    stepsOf,
    lookAgain: (secret) => enforce({ secret }),
    log: logger,
  }),
);
