import { PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { RelatedFinding } from '../core/model/announcement.ts';
import type { Clock, RelatedFindings } from '../core/ports.ts';
import { dayMs, epochSeconds, partitionKey, type Table, wellFormed } from './dynamodb-table.ts';

/** Longer than a story lasts (core/engine/incident-threads.ts). */
const keepDays = 30;

/** One item for each finding of another product; what it says again takes the place of what it said. */
export function createRelatedFindings(table: Table, clock: Clock): RelatedFindings {
  return {
    async record({ actor, finding }) {
      await table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: {
            pk: partitionKey('RELATED', actor),
            sk: `${finding.product}#${finding.id}`,
            finding: wellFormed(finding),
            expiresAt: epochSeconds(clock.now() + keepDays * dayMs),
          },
        }),
      );
    },

    async about(actor, from, to) {
      const found: RelatedFinding[] = [];
      const pages = paginateQuery(
        { client: table.client },
        {
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': partitionKey('RELATED', actor) },
        },
      );
      for await (const { Items = [] } of pages) {
        found.push(...Items.map((item) => item['finding'] as RelatedFinding));
      }
      return found
        .filter(({ at }) => Date.parse(at) >= from && Date.parse(at) <= to)
        .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
    },
  };
}
