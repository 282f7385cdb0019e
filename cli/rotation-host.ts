import type { Emphasis } from '../functions/core/format/terminal-options.ts';
import type { Settings } from '../functions/core/model/settings.ts';
import type {
  Clock,
  FindingStore,
  KeyProvider,
  ReaderStore,
  RotationStore,
  RunningConsumers,
  SecretStore,
} from '../functions/core/ports.ts';

/** What the rotation commands need of the machine, of AWS and of the issuers; tests have all of it in memory. */
export interface RotationHost {
  readonly terminal: Terminal;
  /** @param region `undefined`: the one of the AWS configuration */
  connect(region: string | undefined, settings: Settings): Cloud;
  readonly clock: Clock;
  /** Id of a version that is made. */
  readonly newToken: () => string;
  /** Who asks, for the story. */
  readonly userName: () => string;
  /** From the environment. */
  readonly tableName: string | undefined;
  exit(code: number): void;
}

export interface Terminal {
  /** A person sits there, who can be asked. */
  readonly isInteractive: boolean;
  readonly columns: number;
  readonly emphasise: (emphasis: Emphasis, text: string) => string;
  /** Standard output. */
  print(text: string): void;
  /** Standard error. */
  say(text: string): void;
  askText(message: string): Promise<string>;
  /** Without echo. */
  askSecret(message: string): Promise<string>;
  confirm(message: string): Promise<boolean>;
  /** Of standard input. */
  firstLine(): Promise<string>;
}

export interface Cloud {
  readonly secrets: SecretStore;
  readonly running: RunningConsumers;
  providerOf(name: string): KeyProvider;
  /** Names of tables that contain a text. */
  tablesNamed(part: string): Promise<readonly string[]>;
  memoryIn(table: string): Memory;
}

/** What the suite has in its table. */
export interface Memory {
  readonly records: RotationStore;
  readonly readers: Pick<ReaderStore, 'of'>;
  /** `undefined`: there is no table, and so nobody is told. */
  readonly findings: FindingStore | undefined;
}
