import type { Severity } from '../model/severity.ts';

/** How a piece of text stands out; what it looks like is the terminal's business. */
export type Emphasis = Severity | 'heading' | 'good' | 'quiet';

export interface TerminalTableOptions {
  /** Width of the terminal, in characters. */
  readonly columns: number;
  /** Colours a text, or leaves it as it is. */
  readonly emphasise: (emphasis: Emphasis, text: string) => string;
  readonly failOn: Severity;
  /** Files of other kinds that were left aside. */
  readonly ignored: number;
  /** Names of accounts by their number, where the settings give some. */
  readonly accountNames?: ReadonlyMap<string, string>;
}
