import { DeliveryDelayedError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import { createPacer } from './pacer.ts';
import type { Sleep } from './system-clock.ts';

/** How fast one receiver is written to. */
export interface DeliveryPace {
  /**
   * Answers when it is the caller's turn.
   *
   * @throws DeliveryDelayedError while the receiver wants to be left alone
   */
  turn(): Promise<void>;
  /** The receiver asked to be left alone for so many seconds. */
  hold(seconds: number): void;
}

/** @param messagesPerSecond Slack takes 1 for a webhook or a channel ("Rate limits" of its API) */
export function createDeliveryPace(clock: Clock, sleep: Sleep, messagesPerSecond = 1): DeliveryPace {
  const turn = createPacer(1_000 / messagesPerSecond, clock, sleep);
  let heldUntil = 0;
  return {
    async turn() {
      await turn();
      const left = heldUntil - clock.now();
      if (left > 0) {
        throw new DeliveryDelayedError('The receiver asked to be left alone for a while', left / 1_000);
      }
    },
    hold(seconds) {
      heldUntil = Math.max(heldUntil, clock.now() + seconds * 1_000);
    },
  };
}
