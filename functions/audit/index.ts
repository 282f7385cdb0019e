import { readBundledSettings } from '../adapters/bundled-settings.ts';
import { createEventHistory } from '../adapters/cloudtrail-event-history.ts';
import { createBackfillStore } from '../adapters/dynamodb-backfill-store.ts';
import { createCheckpointStore } from '../adapters/dynamodb-checkpoint-store.ts';
import { connectTable } from '../adapters/dynamodb-table.ts';
import { lambdaRuntime, readEnvironment } from '../adapters/lambda-environment.ts';
import { createSecretList } from '../adapters/secret-list.ts';
import { systemClock as clock, sleep } from '../adapters/system-clock.ts';
import { createTableJudge } from '../adapters/table-judge.ts';
import { instrument } from '../middleware/instrument.ts';
import { logger } from '../middleware/logger.ts';
import { measure } from '../middleware/metrics.ts';
import { env } from './env.ts';
import { createHandler } from './handler.ts';

const { TABLE_NAME, ACCOUNT_ID, OWN_READS } = readEnvironment(env);
const { AWS_REGION } = readEnvironment(lambdaRuntime);
const settings = readBundledSettings();
const table = connectTable(TABLE_NAME);
const { judge, learn, usual, inventory } = createTableJudge({ table, settings, ownReads: OWN_READS, clock });

export const handler = instrument(
  createHandler({
    account: ACCOUNT_ID,
    ownRegion: AWS_REGION,
    settings,
    history: createEventHistory({ clock, sleep }),
    checkpoints: createCheckpointStore(table, clock),
    backfills: createBackfillStore(table),
    judge,
    learn,
    usual,
    secretList: createSecretList(),
    inventory,
    clock,
    log: logger,
    measure,
  }),
);
