import { parentPort } from 'node:worker_threads';
import { evaluate } from './evaluate.ts';
import { type Simulation, simulate } from './simulated-data.ts';

/** A thread that evaluates one simulated organisation for each message. */
parentPort?.on('message', async (simulation: Simulation) => {
  parentPort?.postMessage(await evaluate(simulate(simulation)));
});
