import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { RetryDelay } from '../adapters/sqs-retry-delay.ts';
import type { Random } from '../adapters/system-clock.ts';
import { DeliveryDelayedError, DeliveryRefusedError, UnreadableInputError } from '../core/errors.ts';
import { type Announcement, announcementSchema } from '../core/model/announcement.ts';
import type { DeadLetters } from '../core/ports.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import type { Log } from '../middleware/logger.ts';
import type { Measure } from '../middleware/metrics.ts';
import { BusyError, type Receiver } from './receiver.ts';
import { secondsUntilRetry } from './retry-after.ts';

export interface NotifyDependencies {
  /** By name of the target. */
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly deadLetters: DeadLetters;
  readonly retryDelay: RetryDelay;
  readonly random: Random;
  readonly log: Log;
  readonly measure: Measure;
}

/**
 * Sends announcements to their targets: each revision once, none after a newer one, and none lost while a receiver is
 * away. Where one of several fails, the ledger keeps the others from hearing it again.
 */
export const createHandler = (dependencies: NotifyDependencies) => {
  const { receivers, log, measure } = dependencies;

  const deliver = async (announcement: Announcement, target: string, receiver: Receiver, away: Away) => {
    try {
      // What could not be delivered a moment ago is not tried with every other message of the batch.
      const absence = away.get(target);
      if (absence) throw absence;
      const outcome = await receiver.deliver(announcement);
      const { id, revision } = announcement;
      log.info('Announcement delivered', { announcementId: id, revision, target, outcome });
      if (outcome === 'sent') measure('Notifications', 1);
    } catch (error) {
      if (error instanceof DeliveryDelayedError && !(error instanceof BusyError)) away.set(target, error);
      if (error instanceof DeliveryRefusedError)
        throw new DeliveryRefusedError(`${target}: ${error.message}`);
      throw error;
    }
  };

  const deliverToAll = async (record: SQSRecord, away: Away) => {
    const announcement = announcementIn(record.body);
    const outcomes = await Promise.allSettled(
      [...new Set(announcement.targets)].flatMap((target) => {
        const receiver = receivers.get(target);
        return receiver ? [deliver(announcement, target, receiver, away)] : [];
      }),
    );
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    // Who may hear of it later comes first: a dead letter is written when all others are done with.
    const failure = failures.find((each) => !(each instanceof DeliveryRefusedError));
    if (failure) throw failure;
    if (failures.length > 0) throw new DeliveryRefusedError(failures.map(messageOf).join('. '));
  };

  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const away: Away = new Map();
    // So that a graph shows nothing delivered apart from nothing known.
    measure('Notifications', 0);
    const process = async (record: SQSRecord) => {
      try {
        await deliverToAll(record, away);
      } catch (error) {
        await settleFailure(record, error, dependencies);
      }
    };
    const options = { context, processInParallel: false, throwOnFullBatchFailure: false };
    return processPartialResponse(event, process, new BatchProcessor(EventType.SQS), options);
  };
};

/** Targets that cannot be reached now, as long as a batch is worked on. */
type Away = Map<string, DeliveryDelayedError>;

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
