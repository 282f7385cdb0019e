import { createBotCredentials } from '../adapters/bot-credentials.ts';
import { readBundledSettings } from '../adapters/bundled-settings.ts';
import { createIncidentStore } from '../adapters/dynamodb-incident-store.ts';
import { createSeenRequests } from '../adapters/dynamodb-seen-requests.ts';
import { connectTable } from '../adapters/dynamodb-table.ts';
import { readEnvironment } from '../adapters/lambda-environment.ts';
import { createSlackApi } from '../adapters/slack-api.ts';
import { createSlackDialogs } from '../adapters/slack-dialogs.ts';
import { systemClock as clock, sleep } from '../adapters/system-clock.ts';
import { instrument } from '../middleware/instrument.ts';
import { logger } from '../middleware/logger.ts';
import { measure } from '../middleware/metrics.ts';
import { env } from './env.ts';
import { createHandler } from './handler.ts';

const { TABLE_NAME } = readEnvironment(env);
const { notify, retention } = readBundledSettings();
const table = connectTable(TABLE_NAME);
const credentials = createBotCredentials({ secretId: notify.slack?.botSecret ?? '', clock });

export const handler = instrument(
  createHandler({
    credentials,
    users: notify.slack?.users ?? [],
    seen: createSeenRequests(table, clock),
    incidents: createIncidentStore({
      table,
      findingDays: retention.findingDays,
      clock,
      sleep,
      random: Math.random,
    }),
    // Slack waits for three seconds.
    dialogs: createSlackDialogs(createSlackApi({ credentials, clock, timeoutMs: 1_500 })),
    clock,
    log: logger,
    measure,
  }),
);
