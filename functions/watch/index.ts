import { readBundledSettings } from '../adapters/bundled-settings.ts';
import { createFindingStore } from '../adapters/dynamodb-finding-store.ts';
import { connectTable } from '../adapters/dynamodb-table.ts';
import { createWindowStore } from '../adapters/dynamodb-window-store.ts';
import { parseOwnReads, readEnvironment } from '../adapters/lambda-environment.ts';
import { connectQueues } from '../adapters/sqs-client.ts';
import { createDeadLetters } from '../adapters/sqs-dead-letters.ts';
import { systemClock as clock, sleep } from '../adapters/system-clock.ts';
import { judge } from '../core/engine/judge.ts';
import { instrument } from '../middleware/instrument.ts';
import { logger } from '../middleware/logger.ts';
import { measure } from '../middleware/metrics.ts';
import { env } from './env.ts';
import { createHandler } from './handler.ts';

const { TABLE_NAME, DEAD_LETTER_QUEUE_URL, OWN_READS } = readEnvironment(env);
const settings = readBundledSettings();
const ownReads = parseOwnReads(OWN_READS);
const table = connectTable(TABLE_NAME);
const windows = createWindowStore(table, clock);
const { findingDays } = settings.retention;
const findings = createFindingStore({ table, findingDays, clock, sleep, random: Math.random });

export const handler = instrument(
  createHandler({
    judge: (events) => judge(events, { settings, windows, findings, ownReads }),
    deadLetters: createDeadLetters(connectQueues(), DEAD_LETTER_QUEUE_URL),
    clock,
    log: logger,
    measure,
  }),
);
