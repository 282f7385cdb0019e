import { createAnnouncementSender } from '../adapters/announcement-sender.ts';
import { readBundledSettings } from '../adapters/bundled-settings.ts';
import { createDeliveryLedger } from '../adapters/dynamodb-delivery-ledger.ts';
import { createHeldMessages } from '../adapters/dynamodb-held-messages.ts';
import { createIncidentBook } from '../adapters/dynamodb-incident-book.ts';
import { createIncidentStore } from '../adapters/dynamodb-incident-store.ts';
import { createMessageSlots } from '../adapters/dynamodb-message-slots.ts';
import { createRelatedFindings } from '../adapters/dynamodb-related-findings.ts';
import { connectTable } from '../adapters/dynamodb-table.ts';
import { readEnvironment } from '../adapters/lambda-environment.ts';
import { createSnsPublisher } from '../adapters/sns-publisher.ts';
import { systemClock as clock, sleep } from '../adapters/system-clock.ts';
import { createTopicPublisher } from '../adapters/topic-publisher.ts';
import { createWholeDocuments } from '../adapters/whole-documents.ts';
import { targetsOf } from '../core/announcing/targets.ts';
import { instrument } from '../middleware/instrument.ts';
import { logger } from '../middleware/logger.ts';
import { measure } from '../middleware/metrics.ts';
import { env } from './env.ts';
import { createHandler } from './handler.ts';

const { TABLE_NAME, TOPIC_ARN, REPORT_BUCKET } = readEnvironment(env);
const settings = readBundledSettings();
const whole = createWholeDocuments({ bucket: REPORT_BUCKET });
const kept = { table: connectTable(TABLE_NAME), findingDays: settings.retention.findingDays, clock };
const shared = { ...kept, sleep, random: Math.random };

export const handler = instrument(
  createHandler({
    settings,
    targets: targetsOf(settings),
    incidents: { ...createIncidentStore(shared), ...createIncidentBook(shared) },
    related: createRelatedFindings(kept.table, clock),
    slots: createMessageSlots(kept.table),
    held: createHeldMessages(kept),
    send: createAnnouncementSender({
      ledger: createDeliveryLedger(kept),
      publisher: createSnsPublisher({ topicArn: TOPIC_ARN, whole }),
      topicPublisher: (topic) => createTopicPublisher(topic, { whole }),
      onSent: () => measure('Announcements', 1),
    }),
    clock,
    log: logger,
    measure,
  }),
);
