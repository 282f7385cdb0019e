import { readBundledSettings } from '../adapters/bundled-settings.ts';
import { createMessageSlots } from '../adapters/dynamodb-message-slots.ts';
import { createRelatedFindings } from '../adapters/dynamodb-related-findings.ts';
import { connectTable } from '../adapters/dynamodb-table.ts';
import { readEnvironment } from '../adapters/lambda-environment.ts';
import { systemClock as clock } from '../adapters/system-clock.ts';
import { createTableAnnouncing } from '../adapters/table-announcing.ts';
import { instrument } from '../middleware/instrument.ts';
import { logger } from '../middleware/logger.ts';
import { measure } from '../middleware/metrics.ts';
import { env } from './env.ts';
import { createHandler } from './handler.ts';

const { TABLE_NAME: name, TOPIC_ARN: topicArn, REPORT_BUCKET: reportBucket } = readEnvironment(env);
const settings = readBundledSettings();
const table = connectTable(name);
const onSent = () => measure('Announcements', 1);

export const handler = instrument(
  createHandler({
    settings,
    ...createTableAnnouncing({ table, topicArn, reportBucket, settings, clock, onSent }),
    related: createRelatedFindings(table, clock),
    slots: createMessageSlots(table),
    clock,
    log: logger,
    measure,
  }),
);
