import type { KeyProbe } from '../../../functions/core/model/key-probe.ts';
import type { KeyProvider, MintedKey } from '../../../functions/core/ports.ts';

/** An issuer of keys in memory: what is alive, of which account, and what it answers now. */
export class Issuer implements KeyProvider {
  readonly title = 'Clockwork';
  readonly dashboard = 'the Clockwork dashboard (API section)';
  readonly alive = new Map<string, string>();
  readonly everMade: string[] = [];
  /** Keys that were seen to work, in the order of the answers. */
  readonly proven: string[] = [];
  mood: 'well' | 'away' | 'locked' | 'unclear' = 'well';
  #made = 0;

  readonly seed: string;

  constructor(seed: string) {
    this.seed = seed;
  }

  make(account = '1001'): string {
    this.#made += 1;
    const key = `${this.seed}-key-${this.#made}`;
    this.alive.set(key, account);
    this.everMade.push(key);
    return key;
  }

  shapeProblem = (key: string): string | undefined =>
    key.startsWith(`${this.seed}-key-`) ? undefined : 'this is no key of Clockwork';

  async probe(key: string): Promise<KeyProbe> {
    if (this.mood === 'away') return { standing: 'retry', reason: 'no answer' };
    if (this.mood === 'locked') return { standing: 'restricted', reason: '17 Invalid Source IP' };
    if (this.mood === 'unclear') return { standing: 'unknown', reason: '102 Invalid XML' };
    const account = this.alive.get(key);
    if (account === undefined) return { standing: 'invalid', reason: '58 Invalid API Key' };
    this.proven.push(key);
    return { standing: 'valid', reason: 'balance 10.00 GBP', account };
  }

  async mint(): Promise<MintedKey> {
    if (this.mood === 'away') return { retry: 'no answer' };
    if (this.mood === 'locked') return { refused: '17 Invalid Source IP' };
    return { key: this.make() };
  }
}
