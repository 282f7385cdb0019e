import type { SecretInventory } from '../functions/core/contracts/contracts.ts';
import type { Settings } from '../functions/core/model/settings.ts';
import type { RawRecord } from '../functions/core/normalise/raw-record.ts';
import type { LabelledAttack } from './measured.ts';

/** Something peaceful that is out of the ordinary; what a false incident may have been about. */
export interface PeacefulOddity {
  readonly day: number;
  readonly actor: string;
  readonly what: string;
}

/** What is judged, wherever it comes from: a simulated organisation or a corpus. */
export interface EvaluatedData {
  readonly name: string;
  /** Midnight UTC of day 0, in milliseconds. */
  readonly startsAt: number;
  readonly days: number;
  /** Of these, at the beginning: without attacks. */
  readonly quietDays: number;
  readonly settings: Settings;
  /** Tags of secrets, as the suite lists them; empty where they are not known. */
  readonly inventory: SecretInventory;
  readonly attacks: readonly LabelledAttack[];
  readonly oddities: readonly PeacefulOddity[];
  /** In order of time. */
  recordsOf(day: number): readonly RawRecord[];
}
