import { inflateRawSync } from 'node:zlib';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { secretKey } from '../core/model/access-event.ts';
import type { EventSource } from '../core/model/cloudtrail-events.ts';
import type { IncidentRecord } from '../core/model/incident-record.ts';
import type { StoredFinding, StoredIncident, SuiteRecordSource, Sweep } from '../core/ports.ts';
import { type RotationRecord, rotationRecordSchema } from '../core/rotation/rotation-record.ts';
import type { Table } from './dynamodb-table.ts';

type Item = Readonly<Record<string, unknown>>;

const habitPrefix = 'HISTORY#identity|';

/**
 * One scan over the table: no index lists findings by date, and a report is made once a week. What has too long a name is
 * under the hash of it (partitionKey), which does not lead back to the name, and is left out.
 */
export function createSuiteRecordSource(table: Table): SuiteRecordSource {
  return {
    async read() {
      const findings = new Map<string, StoredFinding['finding']>();
      const habits = new Map<string, string>();
      const incidents: IncidentRecord[] = [];
      const sweeps: Sweep[] = [];
      const rotations = new Map<string, RotationRecord>();
      const pages = paginateScan(
        { client: table.client },
        {
          TableName: table.name,
          FilterExpression:
            'begins_with(pk, :finding) OR begins_with(pk, :habit) OR begins_with(pk, :checkpoint) OR begins_with(pk, :rotation) OR begins_with(pk, :incident)',
          // Not the events of a finding, which are most of it.
          ProjectionExpression:
            'pk, #stored.#finding, #stored.#record, #profile, #zipped, #sweptUntil, #record',
          ExpressionAttributeNames: {
            '#stored': 'stored',
            '#finding': 'finding',
            '#profile': 'profile',
            '#zipped': 'zipped',
            '#sweptUntil': 'sweptUntil',
            '#record': 'record',
          },
          ExpressionAttributeValues: {
            ':finding': 'FINDING#',
            ':habit': habitPrefix,
            ':checkpoint': 'CHECKPOINT#',
            ':rotation': 'ROTATION#',
            ':incident': 'INCIDENT#',
          },
        },
      );
      for await (const { Items = [] } of pages) {
        for (const item of Items) {
          const pk = String(item['pk']);
          if (pk.startsWith('FINDING#')) {
            const { finding } = item['stored'] as Pick<StoredFinding, 'finding'>;
            findings.set(finding.id, finding);
          } else if (pk.startsWith(habitPrefix)) {
            habits.set(pk.slice(habitPrefix.length), profileIn(item));
          } else if (pk.startsWith('INCIDENT#')) {
            incidents.push((item['stored'] as Pick<StoredIncident, 'record'>).record);
          } else if (pk.startsWith('CHECKPOINT#')) {
            sweeps.push(...sweepIn(pk, item));
          } else {
            const record = rotationRecordSchema.safeParse(item['record']);
            const key = rotatedKey(pk);
            if (record.success && key !== undefined) rotations.set(key, record.data);
          }
        }
      }
      return { findings: [...findings.values()], habits, sweeps, incidents, rotations };
    },
  };
}

function profileIn({ zipped, profile }: Item): string {
  return zipped ? inflateRawSync(zipped as Uint8Array).toString('utf8') : String(profile);
}

function sweepIn(pk: string, { sweptUntil }: Item): Sweep[] {
  const [, account, region, eventSource] = pk.split('#');
  if (account === undefined || region === undefined || typeof sweptUntil !== 'number') return [];
  return [{ target: { account, region, eventSource: eventSource as EventSource }, sweptUntil }];
}

function rotatedKey(pk: string): string | undefined {
  const [, account, region, name] = /^ROTATION#(\d{12})#([^#]+)#(.+)$/.exec(pk) ?? [];
  return account && region && name ? secretKey({ account, region, name, arn: null }) : undefined;
}
