import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import pMap from 'p-map';
import { readDeliveredText } from '../adapters/cloudtrail-delivery.ts';
import { UnreadableInputError } from '../core/errors.ts';
import type { Clock, DeadLetters, RelatedFindings } from '../core/ports.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import { measureFindings } from '../middleware/finding-metrics.ts';
import type { Log } from '../middleware/logger.ts';
import type { Measure } from '../middleware/metrics.ts';
import { type Judge, judgeInHalves, type ReadMessage } from './judge-in-halves.ts';

export interface WatchDependencies {
  readonly judge: Judge;
  readonly related: Pick<RelatedFindings, 'record'>;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly log: Log;
  readonly measure: Measure;
}

const deadLettersInFlight = 10;
/** What one more attempt at judging may take where the table hangs. */
const marginMs = 30_000;

/** Judges a batch of EventBridge events; a message is acknowledged when all that follows from it is stored. */
export const createHandler =
  ({ judge, related, deadLetters, clock, log, measure }: WatchDependencies) =>
  async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const messages = Records.map(
      ({ messageId, body }): ReadMessage => ({ id: messageId, body, ...readDeliveredText(body) }),
    );
    const judged = await judgeInHalves(
      messages.filter(({ events }) => events.length > 0),
      judge,
      log,
      () => context.getRemainingTimeInMillis() > marginMs,
    );
    const failed = new Set(judged.failed);
    const unreadable = messages.filter((message) => message.faults.length > 0 && !failed.has(message));
    const bury = async (message: ReadMessage): Promise<void> => {
      const fault = new UnreadableInputError(message.faults.join('; '));
      log.warn('A message cannot be read', {
        code: fault.code,
        reason: fault.message,
        messageId: message.id,
      });
      try {
        await deadLetters.put(message.body, fault.code, fault.message);
      } catch (error) {
        failed.add(message);
        log.error('Dead letter not stored', { code: codeOf(error), reason: messageOf(error) });
      }
    };
    await pMap(unreadable, bury, { concurrency: deadLettersInFlight });
    const keep = async (message: ReadMessage): Promise<void> => {
      if (!message.related) return;
      try {
        await related.record(message.related);
      } catch (error) {
        failed.add(message);
        log.error('What GuardDuty says was not stored', { code: codeOf(error), reason: messageOf(error) });
      }
    };
    await pMap(messages, keep, { concurrency: deadLettersInFlight });
    measureBatch(messages, measure, clock);
    measureFindings(
      judged.findings.map(({ finding }) => finding),
      measure,
    );
    measure('DeadLetters', unreadable.filter((message) => !failed.has(message)).length);
    // Where nothing was achieved the invocation fails, which the function's error alarm sees.
    if (failed.size === messages.length && judged.error !== undefined) throw judged.error;
    return { batchItemFailures: [...failed].map(({ id }) => ({ itemIdentifier: id })) };
  };

function measureBatch(messages: readonly ReadMessage[], measure: Measure, clock: Clock): void {
  const times = messages.flatMap(({ events }) => events.flatMap(({ time }) => time ?? []));
  measure('Events', times.length);
  const oldest = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (times.length > 0) measure('DelaySeconds', Math.max(0, (clock.now() - oldest) / 1000));
}
