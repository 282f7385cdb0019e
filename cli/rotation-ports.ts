import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import confirm from '@inquirer/confirm';
import input from '@inquirer/input';
import password from '@inquirer/password';
import { createFindingStore } from '../functions/adapters/dynamodb-finding-store.ts';
import { createReaderStore } from '../functions/adapters/dynamodb-reader-store.ts';
import { createRotationStore } from '../functions/adapters/dynamodb-rotation-store.ts';
import { connectDynamoDb, connectTable } from '../functions/adapters/dynamodb-table.ts';
import { tablesNamed } from '../functions/adapters/dynamodb-table-names.ts';
import { createKeyProvider } from '../functions/adapters/key-providers.ts';
import { createRunningConsumers } from '../functions/adapters/running-consumers.ts';
import { createSecretStore } from '../functions/adapters/secrets-manager-secret-store.ts';
import { systemClock as clock, sleep } from '../functions/adapters/system-clock.ts';
import type { RotationHost } from './rotation-host.ts';
import { standardTerminal } from './terminal.ts';

/** The rotation commands on this machine, with AWS and the issuers. */
export const createRotationHost = (): RotationHost => ({
  connect: (region, settings) => {
    const dynamoDb = connectDynamoDb(region);
    return {
      secrets: createSecretStore(region === undefined ? {} : { region }),
      running: createRunningConsumers(region === undefined ? {} : { region }),
      providerOf: (name) => createKeyProvider(name, settings),
      tablesNamed: (part) => tablesNamed(part, dynamoDb),
      memoryIn(name) {
        const table = connectTable(name, dynamoDb);
        const patience = { sleep, random: Math.random };
        return {
          records: createRotationStore({ table, ...patience }),
          readers: createReaderStore(table),
          findings: createFindingStore({
            table,
            findingDays: settings.retention.findingDays,
            clock,
            ...patience,
          }),
        };
      },
    };
  },
  terminal: {
    // Prompts are on standard error: what the command prints may be redirected.
    isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    ...standardTerminal,
    askText: (message) => input({ message, required: true }, { output: process.stderr }),
    // Nobody can switch the echo on by a slip of the hand.
    askSecret: (message) => password({ message, mask: false, toggleMask: false }, { output: process.stderr }),
    confirm: (message) => confirm({ message, default: false }, { output: process.stderr }),
    firstLine,
  },
  clock,
  newToken: randomUUID,
  userName: () => userInfo().username,
  tableName: process.env['SECRETS_AUDIT_TABLE'] || undefined,
  exit: (code) => {
    process.exitCode = code;
  },
});

/** A key is far shorter: what has no line break until here is something else. */
const longestLine = 64 * 1024;

async function firstLine(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) {
    text += chunk;
    if (text.includes('\n') || text.length > longestLine) break;
  }
  return text.split(/\r?\n/, 1)[0] ?? '';
}
