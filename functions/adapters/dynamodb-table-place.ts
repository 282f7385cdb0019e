import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import type { InventoryPlace } from '../core/ports.ts';
import type { Table } from './dynamodb-table.ts';
import { ConfigurationError } from './errors.ts';

/** Account and Region of the suite, by the ARN of its table. */
export async function placeOfTable(table: Table): Promise<InventoryPlace> {
  const { Table: described } = await table.client.send(new DescribeTableCommand({ TableName: table.name }));
  const [, , , region, account] = described?.TableArn?.split(':') ?? [];
  if (!region || !account) throw new ConfigurationError(`The table ${table.name} has no readable ARN`);
  return { account, region };
}
