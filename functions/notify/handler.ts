import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { sendOnce } from '../adapters/send-once.ts';
import type { RetryDelay } from '../adapters/sqs-retry-delay.ts';
import type { Random } from '../adapters/system-clock.ts';
import { DeliveryDelayedError, DeliveryRefusedError, UnreadableInputError } from '../core/errors.ts';
import { formatSlack } from '../core/format/slack.ts';
import { type Announcement, announcementSchema } from '../core/model/announcement.ts';
import type { ChatWebhook, DeadLetters, DeliveryLedger } from '../core/ports.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import type { Log } from '../middleware/logger.ts';
import type { Measure } from '../middleware/metrics.ts';
import { secondsUntilRetry } from './retry-after.ts';

export interface NotifyDependencies {
  readonly ledger: DeliveryLedger;
  readonly webhook: ChatWebhook;
  readonly deadLetters: DeadLetters;
  readonly retryDelay: RetryDelay;
  readonly random: Random;
  readonly log: Log;
  readonly measure: Measure;
}

/** Posts announcements to Slack: each revision once, none after a newer one, and none lost while Slack is away. */
export const createHandler = (dependencies: NotifyDependencies) => {
  const { ledger, webhook, log, measure } = dependencies;

  const deliver = async (record: SQSRecord) => {
    const announcement = announcementIn(record.body);
    const { id, revision } = announcement;
    const outcome = await sendOnce(ledger, 'slack', announcement, () =>
      webhook.post(formatSlack(announcement, { buttons: false })),
    );
    if (outcome === 'busy') throw new BusyError(`${id} is being sent by another worker`);
    log.info('Announcement delivered', { announcementId: id, revision, outcome });
    if (outcome === 'sent') measure('Notifications', 1);
  };

  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    let away: DeliveryDelayedError | undefined;
    // So that a graph shows nothing delivered apart from nothing known.
    measure('Notifications', 0);
    const process = async (record: SQSRecord) => {
      try {
        // What could not be delivered a moment ago is not tried with every other message of the batch.
        if (away) throw away;
        await deliver(record);
      } catch (error) {
        if (error instanceof DeliveryDelayedError && !(error instanceof BusyError)) away = error;
        await settleFailure(record, error, dependencies);
      }
    };
    const options = { context, processInParallel: false, throwOnFullBatchFailure: false };
    return processPartialResponse(event, process, new BatchProcessor(EventType.SQS), options);
  };
};

/** Concerns one announcement, unlike a receiver that is away. */
class BusyError extends DeliveryDelayedError {}

/** Returns where the message is dead-lettered and thereby done with; throws where it must come back. */
async function settleFailure(
  record: SQSRecord,
  error: unknown,
  dependencies: NotifyDependencies,
): Promise<void> {
  const { deadLetters, retryDelay, random, log, measure } = dependencies;
  const details = { code: codeOf(error), reason: messageOf(error), messageId: record.messageId };
  if (error instanceof UnreadableInputError || error instanceof DeliveryRefusedError) {
    log.error('A message cannot be delivered', details);
    await deadLetters.put(record.body, error.code, error.message);
    measure('DeadLetters', 1);
    return;
  }
  const receives = Number(record.attributes.ApproximateReceiveCount);
  const seconds = secondsUntilRetry(
    error instanceof DeliveryDelayedError ? error : undefined,
    receives,
    random(),
  );
  log.warn('A message is delivered later', { ...details, receives, seconds: Math.ceil(seconds) });
  try {
    await retryDelay.postpone(record.receiptHandle, seconds);
  } catch (fault) {
    // The message comes back all the same, after the queue's own visibility timeout.
    log.warn('Its delay could not be set', { code: codeOf(fault), reason: messageOf(fault) });
  }
  throw error;
}

function announcementIn(body: string): Announcement {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    throw new UnreadableInputError('not JSON');
  }
  const result = announcementSchema.safeParse(document);
  if (result.success) return result.data;
  const paths = new Set(result.error.issues.map(({ path }) => path.join('.') || 'the document'));
  throw new UnreadableInputError(`not an announcement; missing or wrong: ${[...paths].join(', ')}`);
}
