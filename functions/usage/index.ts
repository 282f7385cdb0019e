import { readBundledSettings } from '../adapters/bundled-settings.ts';
import { createFindingStore } from '../adapters/dynamodb-finding-store.ts';
import { createReaderStore } from '../adapters/dynamodb-reader-store.ts';
import { createSentMessageStore } from '../adapters/dynamodb-sent-message-store.ts';
import { connectTable } from '../adapters/dynamodb-table.ts';
import { createUsageStore } from '../adapters/dynamodb-usage-store.ts';
import { createKeyProvider } from '../adapters/key-providers.ts';
import { lambdaRuntime, readEnvironment } from '../adapters/lambda-environment.ts';
import { createSecretStore } from '../adapters/secrets-manager-secret-store.ts';
import { systemClock as clock, sleep } from '../adapters/system-clock.ts';
import { createContracts } from '../core/contracts/contracts.ts';
import { keyIn } from '../core/rotation/secret-value.ts';
import { instrument } from '../middleware/instrument.ts';
import { logger } from '../middleware/logger.ts';
import { measure, measureBalance } from '../middleware/metrics.ts';
import { env } from './env.ts';
import { createHandler } from './handler.ts';

const { TABLE_NAME, ACCOUNT_ID } = readEnvironment(env);
const { AWS_REGION } = readEnvironment(lambdaRuntime);
const settings = readBundledSettings();
const table = connectTable(TABLE_NAME);
const secrets = createSecretStore();

export const handler = instrument(
  createHandler({
    settings,
    place: { account: ACCOUNT_ID, region: AWS_REGION },
    contracts: createContracts(settings),
    async currentKey({ secretId, policy }) {
      const value = await secrets.value(secretId, { stage: 'AWSCURRENT' });
      return value ? keyIn(value, policy.field).key : { problem: 'no version has AWSCURRENT and a value' };
    },
    provider: (name) => createKeyProvider(name, settings),
    samples: createUsageStore(table, clock),
    sent: createSentMessageStore(table, clock),
    readers: createReaderStore(table),
    findings: createFindingStore({
      table,
      findingDays: settings.retention.findingDays,
      clock,
      sleep,
      random: Math.random,
    }),
    clock,
    log: logger,
    measure,
    measureBalance,
  }),
);
