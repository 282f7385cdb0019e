import type { Context } from 'aws-lambda';
import type { Log } from '../../functions/middleware/logger.ts';
import type { Measure } from '../../functions/middleware/metrics.ts';
import { start } from '../support/records.ts';

/** A log whose lines tests can search, with everything that an error carries. */
export function captureLog() {
  const lines: string[] = [];
  const write = (message: unknown, ...extra: unknown[]) => {
    lines.push(
      JSON.stringify([message, ...extra], (_, part: unknown) =>
        part instanceof Error
          ? { name: part.name, message: part.message, stack: part.stack, cause: part.cause }
          : part,
      ),
    );
  };
  const log: Log = { info: write, warn: write, error: write };
  return { log, lines };
}

export function captureMetrics() {
  const values: Record<string, number> = {};
  const measure: Measure = (name, value) => {
    values[name] = (values[name] ?? 0) + value;
  };
  return { measure, values };
}

/** Stands still until it is told, or until somebody sleeps on it. */
export function createClock(time = start) {
  const slept: number[] = [];
  const clock = {
    time,
    slept,
    now: () => clock.time,
    sleep: async (milliseconds: number) => {
      slept.push(milliseconds);
      clock.time += milliseconds;
    },
  };
  return clock;
}

export const contextWith = (remaining: () => number): Context =>
  ({ getRemainingTimeInMillis: remaining, functionName: 'test', awsRequestId: 'r' }) as Context;

export const context = contextWith(() => 60_000);
