import type { Clock } from '../core/ports.ts';
import type { Sleep } from './system-clock.ts';

/** Answers when it is the caller's turn: turns are at least the interval apart, whoever asks. */
export type Pacer = () => Promise<void>;

export function createPacer(intervalMs: number, clock: Clock, sleep: Sleep): Pacer {
  let next = 0;
  return async () => {
    const now = clock.now();
    const turn = Math.max(now, next);
    next = turn + intervalMs;
    if (turn > now) await sleep(turn - now);
  };
}
