import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { SuiteFunction } from './suite-function.ts';
import type { WorkQueue } from './work-queue.ts';

/** A part of the suite, as far as an on-call person looks at it. */
export interface DashboardPart {
  /** As metrics and articles of the runbook call it. */
  readonly name: string;
  readonly function?: IFunction;
  /** Where its work waits. */
  readonly queue?: IQueue;
  readonly deadLetters?: IQueue;
  /** It reads a stream, which shows its age instead of a queue. */
  readonly readsStream?: boolean;
}

/** A part that is built of the suite's own constructs. */
export const partOf = (part: {
  readonly function: SuiteFunction;
  readonly queue?: WorkQueue;
  readonly deadLetters?: IQueue;
}): DashboardPart => {
  const { functionName: name, handler } = part.function;
  const { queue, deadLetters = queue?.deadLetters } = part;
  return { name, function: handler, ...(queue && { queue }), ...(deadLetters && { deadLetters }) };
};
