import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../core/ports.ts';

export const systemClock: Clock = { now: () => Date.now() };

/** Waits; a port, so that tests do not. */
export type Sleep = (milliseconds: number) => Promise<void>;

export const sleep: Sleep = async (milliseconds) => {
  await setTimeout(milliseconds);
};

/** From 0 up to, not including, 1; a port, so that tests know the jitter. */
export type Random = () => number;
