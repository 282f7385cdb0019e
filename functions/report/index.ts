import { readBundledSettings } from '../adapters/bundled-settings.ts';
import { createCurrentContracts } from '../adapters/current-contracts.ts';
import { createHistoryStore } from '../adapters/dynamodb-history-store.ts';
import { createInventoryStore } from '../adapters/dynamodb-inventory-store.ts';
import { createSuiteRecordSource } from '../adapters/dynamodb-suite-records.ts';
import { connectTable } from '../adapters/dynamodb-table.ts';
import { lambdaRuntime, readEnvironment } from '../adapters/lambda-environment.ts';
import { createReportArchive } from '../adapters/report-archive.ts';
import { createSecretCatalogue } from '../adapters/secret-catalogue.ts';
import { systemClock as clock, sleep } from '../adapters/system-clock.ts';
import { instrument } from '../middleware/instrument.ts';
import { logger } from '../middleware/logger.ts';
import { env } from './env.ts';
import { createHandler } from './handler.ts';

const { TABLE_NAME, ACCOUNT_ID, BUCKET_NAME, PREFIX } = readEnvironment(env);
const { AWS_REGION } = readEnvironment(lambdaRuntime);
const settings = readBundledSettings();
const table = connectTable(TABLE_NAME);
const inventory = createInventoryStore(table, clock);

export const handler = instrument(
  createHandler({
    settings,
    place: { account: ACCOUNT_ID, region: AWS_REGION },
    records: createSuiteRecordSource(table),
    usual: createHistoryStore({ table, clock, sleep, random: Math.random }),
    inventory,
    contracts: createCurrentContracts(settings, inventory),
    catalogue: createSecretCatalogue(),
    archive: createReportArchive({ bucket: BUCKET_NAME, prefix: PREFIX }),
    clock,
    log: logger,
  }),
);
