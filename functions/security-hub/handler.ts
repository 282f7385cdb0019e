import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { readFindingRecord } from '../adapters/stream-records.ts';
import { DeliveryRefusedError, UnreadableInputError } from '../core/errors.ts';
import type { Finding } from '../core/model/finding.ts';
import type { DeadLetters, FindingImporter } from '../core/ports.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import type { Log } from '../middleware/logger.ts';
import type { Measure } from '../middleware/metrics.ts';

export interface SecurityHubDependencies {
  readonly importer: FindingImporter;
  readonly deadLetters: DeadLetters;
  readonly log: Log;
  readonly measure: Measure;
}

/**
 * Imports what the table's stream says of findings, each in its newest revision of the batch. What is refused lies in the
 * dead letters; while Security Hub is away the batch comes again.
 */
export const createHandler = ({ importer, deadLetters, log, measure }: SecurityHubDependencies) => {
  const bury = async (error: DeliveryRefusedError | UnreadableInputError, body: object): Promise<void> => {
    log.error('A finding cannot be imported', { code: error.code, reason: error.message });
    await deadLetters.put(JSON.stringify(body), error.code, error.message);
    measure('DeadLetters', 1);
  };

  const importEach = async (findings: readonly Finding[]): Promise<void> => {
    for (const finding of findings) {
      try {
        await importer.import([finding]);
      } catch (error) {
        if (!(error instanceof DeliveryRefusedError)) throw error;
        await bury(error, { id: finding.id, revision: finding.revision });
      }
    }
  };

  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const newest = new Map<string, Finding>();
    try {
      for (const record of Records) {
        const finding = await readOr(record, bury);
        const known = finding && newest.get(finding.id);
        if (finding && (known?.revision ?? 0) < finding.revision) newest.set(finding.id, finding);
      }
      const findings = [...newest.values()];
      try {
        await importer.import(findings);
      } catch (error) {
        if (!(error instanceof DeliveryRefusedError)) throw error;
        // One that is refused must not take the others along.
        await importEach(findings);
      }
      log.info('Findings imported', { findings: findings.length });
      return { batchItemFailures: [] };
    } catch (error) {
      const itemIdentifier = Records[0]?.dynamodb?.SequenceNumber;
      if (itemIdentifier === undefined) throw error;
      log.error('Findings are imported later', { code: codeOf(error), reason: messageOf(error) });
      return { batchItemFailures: [{ itemIdentifier }] };
    }
  };
};

async function readOr(
  record: DynamoDBRecord,
  bury: (error: UnreadableInputError, body: object) => Promise<void>,
): Promise<Finding | undefined> {
  try {
    return readFindingRecord(record);
  } catch (error) {
    if (!(error instanceof UnreadableInputError)) throw error;
    await bury(error, { sequenceNumber: record.dynamodb?.SequenceNumber });
    return undefined;
  }
}
