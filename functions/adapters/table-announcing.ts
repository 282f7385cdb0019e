import { targetsOf } from '../core/announcing/targets.ts';
import type { Settings } from '../core/model/settings.ts';
import type { Clock } from '../core/ports.ts';
import { createAnnouncementSender } from './announcement-sender.ts';
import { createDeliveryLedger } from './dynamodb-delivery-ledger.ts';
import { createHeldMessages } from './dynamodb-held-messages.ts';
import { createIncidentBook } from './dynamodb-incident-book.ts';
import { createIncidentStore } from './dynamodb-incident-store.ts';
import type { Table } from './dynamodb-table.ts';
import { createSnsPublisher } from './sns-publisher.ts';
import { sleep } from './system-clock.ts';
import { createTopicPublisher } from './topic-publisher.ts';
import { createWholeDocuments } from './whole-documents.ts';

export interface TableAnnouncingOptions {
  readonly table: Table;
  readonly topicArn: string;
  /** Takes documents that are too large for SNS. */
  readonly reportBucket: string;
  readonly settings: Settings;
  readonly clock: Clock;
  /** One for each message that went out. */
  readonly onSent?: () => void;
}

/** Incidents, what is held of them and how they are sent: one for `announce` and `digest`, so that they cannot disagree. */
export function createTableAnnouncing(options: TableAnnouncingOptions) {
  const { table, topicArn, reportBucket, settings, clock, onSent } = options;
  const kept = { table, findingDays: settings.retention.findingDays, clock };
  const shared = { ...kept, sleep, random: Math.random };
  const whole = createWholeDocuments({ bucket: reportBucket });
  return {
    targets: targetsOf(settings),
    incidents: { ...createIncidentStore(shared), ...createIncidentBook(shared) },
    held: createHeldMessages(kept),
    send: createAnnouncementSender({
      ledger: createDeliveryLedger(kept),
      publisher: createSnsPublisher({ topicArn, whole }),
      topicPublisher: (topic) => createTopicPublisher(topic, { whole }),
      ...(onSent && { onSent }),
    }),
  };
}
