import { readBundledSettings } from '../adapters/bundled-settings.ts';
import { createEventHistory } from '../adapters/cloudtrail-event-history.ts';
import { createCheckpointStore } from '../adapters/dynamodb-checkpoint-store.ts';
import { createFindingStore } from '../adapters/dynamodb-finding-store.ts';
import { connectTable } from '../adapters/dynamodb-table.ts';
import { createWindowStore } from '../adapters/dynamodb-window-store.ts';
import { lambdaRuntime, parseOwnReads, readEnvironment } from '../adapters/lambda-environment.ts';
import { systemClock as clock, sleep } from '../adapters/system-clock.ts';
import { judge } from '../core/engine/judge.ts';
import { instrument } from '../middleware/instrument.ts';
import { logger } from '../middleware/logger.ts';
import { measure } from '../middleware/metrics.ts';
import { env } from './env.ts';
import { createHandler } from './handler.ts';

const { TABLE_NAME, ACCOUNT_ID, OWN_READS } = readEnvironment(env);
const { AWS_REGION } = readEnvironment(lambdaRuntime);
const settings = readBundledSettings();
const ownReads = parseOwnReads(OWN_READS);
const table = connectTable(TABLE_NAME);
const windows = createWindowStore(table, clock);
const { findingDays } = settings.retention;
const findings = createFindingStore({ table, findingDays, clock, sleep, random: Math.random });

export const handler = instrument(
  createHandler({
    account: ACCOUNT_ID,
    ownRegion: AWS_REGION,
    settings,
    history: createEventHistory({ clock, sleep }),
    checkpoints: createCheckpointStore(table, clock),
    judge: (events) => judge(events, { settings, windows, findings, ownReads }),
    clock,
    log: logger,
    measure,
  }),
);
