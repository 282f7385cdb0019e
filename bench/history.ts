/**
 * `npm run bench:history`: the history of one year, learned as `judge` learns it.
 *
 * Prints what it takes in memory and in DynamoDB, and exits 1 where that is more than the project allows itself.
 */
import { createContracts } from '../functions/core/contracts/contracts.ts';
import { createAssessor } from '../functions/core/engine/assessor.ts';
import { createMemoryHistoryStore, createMemoryWindowStore } from '../functions/core/engine/memory-stores.ts';
import { defaultSettings } from '../functions/core/model/settings.ts';
import type { HistoryStore } from '../functions/core/ports.ts';
import { historySize, storageOverheadBytes } from './history-size.ts';
import { type YearOptions, yearOfReads } from './year-of-reads.ts';

const year = { secrets: 1_000, principals: 2_000, pairs: 20_000, reads: 50_000_000, days: 365 };
const limits = { heapMiB: 64, bytesAPair: 400 };

const { gc } = globalThis;
if (!gc) throw new Error('run it as npm run bench:history, with --expose-gc');
const heapBytes = (): number => {
  gc();
  return process.memoryUsage().heapUsed;
};

/** As `judge` learns, a delivery at a time. A function, so that nothing of it stays in memory. */
async function learnYear(
  store: HistoryStore,
  year: YearOptions,
): Promise<{ reads: number; learningMs: number }> {
  const contracts = createContracts(defaultSettings);
  let reads = 0;
  let learningMs = 0;
  for (const events of yearOfReads(year)) {
    const began = performance.now();
    const assessor = await createAssessor({
      history: store,
      windows: createMemoryWindowStore(),
      contracts,
      minimumDays: defaultSettings.history.minimumDays,
    });
    await assessor.learn(events);
    learningMs += performance.now() - began;
    for (const { action } of events) if (action === 'read') reads += 1;
  }
  return { reads, learningMs };
}

// Code is compiled and caches are filled first, so that they are not counted.
await learnYear(createMemoryHistoryStore(), { ...year, reads: 100_000, days: 1 });
let store = createMemoryHistoryStore();
const before = heapBytes();
const began = performance.now();
const { reads, learningMs } = await learnYear(store, year);
const took = performance.now() - began;
const after = heapBytes();
const { pairs, items, bytes, largest, characters } = historySize(store.all());
const bytesAPair = bytes / pairs;
store = createMemoryHistoryStore();
// What goes away with the store; before and after also differ by what else came and went meanwhile.
const heapMiB = Math.max(after - heapBytes(), after - before) / 2 ** 20;

const number = (value: number, digits = 0) => value.toLocaleString('en', { maximumFractionDigits: digits });
const rows: [string, string, string][] = [
  ['heap of the history', `${number(heapMiB, 1)} MiB`, `< ${limits.heapMiB} MiB`],
  ['heap before and after', `${number(before / 2 ** 20, 1)} and ${number(after / 2 ** 20, 1)} MiB`, ''],
  ['bytes a pair in DynamoDB', number(bytesAPair), `< ${limits.bytesAPair}`],
  ['with 100 bytes an item for the bill', number((bytes + items * storageOverheadBytes) / pairs), ''],
  ['items', `${number(items)}, the largest ${number(largest)} bytes`, ''],
  ['profiles as text', `${number(characters / 2 ** 20, 1)} MiB`, ''],
  ['time', `${number(took / 1000)} s, of it learning ${number(learningMs / 1000)} s`, ''],
];
const lines = [
  `${number(year.secrets)} secrets, ${number(year.principals)} principals, ${number(pairs)} pairs, ${number(reads)} reads in ${year.days} days`,
  ...rows.map(([what, value, limit]) => `${what.padEnd(38)}${value.padEnd(34)}${limit}`.trimEnd()),
];
process.stdout.write(`${lines.join('\n')}\n`);
process.exitCode = heapMiB < limits.heapMiB && bytesAPair < limits.bytesAPair ? 0 : 1;
