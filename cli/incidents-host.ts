import type { Clock, IncidentStore } from '../functions/core/ports.ts';
import type { Terminal } from './rotation-host.ts';
import type { TableCatalogue } from './suite-table.ts';

/** What the incident commands need of the machine and of AWS; tests have all of it in memory. */
export interface IncidentsHost {
  readonly terminal: Pick<Terminal, 'columns' | 'emphasise' | 'print' | 'say'>;
  /** @param region `undefined`: the one of the AWS configuration */
  connect(region: string | undefined): TableCatalogue & { incidentsIn(table: string): IncidentStore };
  /** The file that `audit --history` keeps. @throws UnreadableInputError */
  openFile(path: string): Promise<IncidentStore & { close(): void }>;
  readonly clock: Clock;
  /** Who says it, for the history. */
  readonly userName: () => string;
  /** From the environment. */
  readonly tableName: string | undefined;
  exit(code: number): void;
}
