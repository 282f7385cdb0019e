import { type DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';

/** Names of the tables of one account and Region that contain a text. */
export async function tablesNamed(part: string, client: DynamoDBClient): Promise<string[]> {
  const names: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client }, {})) {
    names.push(...TableNames.filter((name) => name.includes(part)));
  }
  return names;
}
