import { plainText } from '../functions/core/format/plain-text.ts';
import { UsageError } from './failures.ts';
import type { Terminal } from './rotation-host.ts';

/** Part of the name that CloudFormation gives the table of the construct. */
const tableNamePart = 'SecretsAudit';

export interface TableCatalogue {
  /** Names of tables that contain a text. */
  tablesNamed(part: string): Promise<readonly string[]>;
}

/**
 * The table of the deployed suite: the one that is named, or the one that is there.
 *
 * @returns `undefined` where there is none, or none can be looked for; which was said
 * @throws UsageError where it may be one of several
 */
export async function suiteTable(
  named: string | undefined,
  host: { readonly tableName: string | undefined; readonly terminal: Pick<Terminal, 'say'> },
  { tablesNamed }: TableCatalogue,
): Promise<string | undefined> {
  const table = named ?? host.tableName;
  if (table !== undefined) return table;
  const say = (text: string) => host.terminal.say(`${plainText(text)}\n`);
  let found: readonly string[];
  try {
    found = await tablesNamed(tableNamePart);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AccessDeniedException') throw error;
    say(
      'The suite’s table cannot be looked for: this needs dynamodb:ListTables, or its name by --table or SECRETS_AUDIT_TABLE.',
    );
    found = [];
  }
  if (found.length > 1) {
    throw new UsageError(
      `several tables may be the suite's: ${found.join(', ')}. Name one by --table or SECRETS_AUDIT_TABLE`,
    );
  }
  const [only] = found;
  say(only === undefined ? `No table of the suite (${tableNamePart}) is here.` : `Table: ${only}`);
  return only;
}
