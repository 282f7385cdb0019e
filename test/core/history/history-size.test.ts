import { expect, it } from '@jest/globals';
import { historySize } from '../../../bench/history-size.ts';
import { yearOfReads } from '../../../bench/year-of-reads.ts';
import { createContracts } from '../../../functions/core/contracts/contracts.ts';
import { createAssessor } from '../../../functions/core/engine/assessor.ts';
import {
  createMemoryHistoryStore,
  createMemoryWindowStore,
} from '../../../functions/core/engine/memory-stores.ts';
import { defaultSettings } from '../../../functions/core/model/settings.ts';

it('a year of a hundredth of the organisation of bench/history.ts takes less than 400 bytes a pair', async () => {
  // Fewer reads than a hundredth: they do not make a profile larger.
  const year = { secrets: 10, principals: 20, pairs: 200, reads: 100_000 };
  const history = createMemoryHistoryStore();
  const { minimumDays } = defaultSettings.history;
  const contracts = createContracts(defaultSettings);
  let reads = 0;
  for (const events of yearOfReads(year)) {
    const assessor = await createAssessor({
      history,
      windows: createMemoryWindowStore(),
      contracts,
      minimumDays,
    });
    await assessor.learn(events);
    reads += events.filter(({ action }) => action === 'read').length;
  }
  expect(reads).toBe(100_000);
  const { pairs, bytes, largest } = historySize(history.all());
  // Some of its 20 principals have more secrets than there are.
  expect(pairs).toBeGreaterThan(150);
  expect(bytes / pairs).toBeLessThan(400);
  expect(largest).toBeLessThan(4_096);
}, 60_000);
