import type { Contracts } from '../contracts/contracts.ts';
import type { AccessEvent, SecretRef } from '../model/access-event.ts';
import type { Coverage } from '../model/coverage.ts';
import type { ConsumerSettings } from './blast-radius-consumers.ts';

export interface BlastRadiusInput {
  readonly secret: SecretRef;
  /** When the value may have leaked, in milliseconds. */
  readonly since: number;
  readonly events: readonly AccessEvent[];
  readonly coverage: Coverage;
  readonly contracts: Pick<Contracts, 'judge' | 'of'>;
  readonly settings: ConsumerSettings;
  /** Files that could not be read, or not in full. */
  readonly unreadable: number;
}
