import { userInfo } from 'node:os';
import { createIncidentStore } from '../functions/adapters/dynamodb-incident-store.ts';
import { connectDynamoDb, connectTable } from '../functions/adapters/dynamodb-table.ts';
import { tablesNamed } from '../functions/adapters/dynamodb-table-names.ts';
import { openSqliteIncidentStore } from '../functions/adapters/sqlite-incident-store.ts';
import { systemClock as clock, sleep } from '../functions/adapters/system-clock.ts';
import { defaultSettings } from '../functions/core/model/settings.ts';
import type { IncidentsHost } from './incidents-host.ts';
import { standardTerminal } from './terminal.ts';

/** The incident commands on this machine, with AWS. */
export const createIncidentsHost = (): IncidentsHost => ({
  connect(region) {
    const dynamoDb = connectDynamoDb(region);
    return {
      tablesNamed: (part) => tablesNamed(part, dynamoDb),
      incidentsIn: (name) =>
        createIncidentStore({
          table: connectTable(name, dynamoDb),
          findingDays: defaultSettings.retention.findingDays,
          clock,
          sleep,
          random: Math.random,
        }),
    };
  },
  openFile: async (path) => openSqliteIncidentStore(path),
  terminal: standardTerminal,
  clock,
  userName: () => userInfo().username,
  tableName: process.env['SECRETS_AUDIT_TABLE'] || undefined,
  exit: (code) => {
    process.exitCode = code;
  },
});
