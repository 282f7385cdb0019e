import type { Duration } from 'aws-cdk-lib';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IEventSourceDlq,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { StateTable } from './state-table.ts';
import type { SuiteFunction } from './suite-function.ts';

export interface StreamSourceProps {
  readonly reader: SuiteFunction;
  readonly state: StateTable;
  readonly deadLetters: DeadLetterQueue;
  /** Sort keys of the items that are read. */
  readonly items: readonly [string, ...string[]];
  readonly batchSize: number;
  /** @default - a batch does not wait for company */
  readonly maxBatchingWindow?: Duration;
  /** How long a record is tried. The stream is kept in order, so all others wait meanwhile. */
  readonly maxRecordAge: Duration;
}

/** The table's stream → Lambda: what was stored or changed, in its order. A function that reads it reads nothing else. */
export function readStream(scope: Construct, props: StreamSourceProps): void {
  const { reader, state, deadLetters, items, batchSize, maxBatchingWindow, maxRecordAge } = props;
  state.grantStreamRead(reader.role);
  deadLetters.grantSend(reader.role);
  const onFailure: IEventSourceDlq = { bind: () => ({ destination: deadLetters.queueArn }) };
  new EventSourceMapping(scope, 'Source', {
    target: reader.handler,
    eventSourceArn: state.streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    filters: [
      FilterCriteria.filter({
        eventName: FilterRule.or('INSERT', 'MODIFY'),
        dynamodb: { Keys: { sk: { S: FilterRule.or(...items) } } },
      }),
    ],
    batchSize,
    maxBatchingWindow,
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
    maxRecordAge,
    onFailure,
  });
}
