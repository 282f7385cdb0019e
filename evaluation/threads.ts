import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Evaluation } from './evaluate.ts';
import type { Simulation } from './simulated-data.ts';

/**
 * Evaluates organisations on several threads.
 *
 * @param onDone told of each as soon as it is done, in no particular order
 * @returns in the order of the simulations
 */
export async function evaluateOnThreads(
  simulations: readonly Simulation[],
  threads: number,
  onDone: (evaluation: Evaluation) => void,
): Promise<Evaluation[]> {
  const results = new Map<number, Evaluation>();
  const waiting = [...simulations.entries()];

  async function work(): Promise<void> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, simulation] = next;
        worker.postMessage(simulation);
        // An error in the thread rejects this promise.
        const [evaluation]: Evaluation[] = await once(worker, 'message');
        if (!evaluation) continue;
        results.set(index, evaluation);
        onDone(evaluation);
      }
    } finally {
      await worker.terminate();
    }
  }

  await Promise.all(Array.from({ length: Math.min(threads, simulations.length) }, work));
  return simulations.flatMap((_, index) => results.get(index) ?? []);
}
