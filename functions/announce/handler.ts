import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { type FindingChange, readFindingChange } from '../adapters/finding-stream.ts';
import { sendOnce } from '../adapters/send-once.ts';
import { announcementOfFinding } from '../core/announcing/announcement-of-finding.ts';
import { DeliveryDelayedError } from '../core/errors.ts';
import { formatEmail } from '../core/format/email.ts';
import type { IncidentAnnouncement } from '../core/model/announcement.ts';
import { compareSeverity } from '../core/model/severity.ts';
import type { DeliveryLedger, Publisher } from '../core/ports.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import type { Log } from '../middleware/logger.ts';
import type { Measure } from '../middleware/metrics.ts';

export interface AnnounceDependencies {
  readonly ledger: DeliveryLedger;
  readonly publisher: Publisher;
  readonly log: Log;
  readonly measure: Measure;
}

/** Publishes what is new in the table's stream, in its order: it stops at the first record that fails. */
export const createHandler = ({ ledger, publisher, log, measure }: AnnounceDependencies) => {
  const announce = async (record: DynamoDBRecord) => {
    const change = readFindingChange(record);
    if (!isNews(change)) return;
    const { finding } = change.after;
    const announcement = announcementOfFinding(finding, {
      change: changeOf(change),
      was: change.before?.finding.severity ?? null,
    });
    const outcome = await sendOnce(ledger, 'sns', announcement, () =>
      publisher.publish({ announcement, ...formatEmail(announcement) }),
    );
    const details = { findingId: finding.id, revision: finding.revision, detectorId: finding.detector };
    if (outcome === 'busy')
      throw new DeliveryDelayedError(`Finding ${finding.id} is being sent by another worker`);
    log.info('Finding announced', { ...details, outcome });
    if (outcome === 'sent') measure('Announcements', 1);
  };

  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    // So that a graph shows nothing sent apart from nothing known.
    measure('Announcements', 0);
    for (const record of Records) {
      try {
        await announce(record);
      } catch (error) {
        const itemIdentifier = record.dynamodb?.SequenceNumber;
        if (itemIdentifier === undefined) throw error;
        const details = { code: codeOf(error), reason: messageOf(error), sequenceNumber: itemIdentifier };
        log.error('A finding could not be announced', details);
        return { batchItemFailures: [{ itemIdentifier }] };
      }
    }
    return { batchItemFailures: [] };
  };
};

/**
 * New, graver than before, or no longer only observed; and the correction where what was announced no longer holds.
 * More evidence alone is no reason to disturb anybody again.
 */
function isNews({ before, after }: FindingChange): boolean {
  // Findings about what is so say themselves when they are to be told.
  if (after.told) return after.announce && after.told.count > (before?.told?.count ?? 0);
  const isWithdrawn = after.finding.status === 'withdrawn';
  if (isWithdrawn) return before?.announce === true && before.finding.status === 'open';
  if (!after.announce) return false;
  if (!before?.announce || before.finding.status === 'withdrawn') return true;
  return compareSeverity(after.finding.severity, before.finding.severity) > 0;
}

function changeOf({ before, after }: FindingChange): IncidentAnnouncement['change'] {
  if (after.finding.status !== 'open') return after.finding.status;
  if (!before?.announce || before.finding.status !== 'open') return 'new';
  return compareSeverity(after.finding.severity, before.finding.severity) > 0 ? 'graver' : 'reminder';
}
