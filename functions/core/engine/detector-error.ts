import * as z from 'zod';
import type { Detector } from '../detector.ts';

/** Stands in for a detector that threw: one finding a day that says so. */
export function standIn(failed: Detector, error: unknown): Detector {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    ...failed,
    id: 'detector-error',
    title: 'A detector failed',
    severity: 'medium',
    attack: [],
    response: [`Report the fault of detector ${failed.id} with this reason; its judgement is missing here.`],
    params: z.strictObject({}),
    count: () => ({ by: [] }),
    describe: ({ count }) => ({
      title: `Detector ${failed.id} failed on ${count} events`,
      explanation: `The detector threw (${reason}). Its verdict on these events is not known.`,
    }),
  };
}
