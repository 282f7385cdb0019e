import { expect, it } from '@jest/globals';
import { dayMs, rotatedSecret } from '../../support/rotation/rotated-secret.ts';

it('a second rotation keeps its version too, also where the ids of both begin alike', async () => {
  const { clock, issuer, firstKey, secret, stage, rotate, examine, current } = rotatedSecret();
  const first = current();
  await examine();
  await stage();
  const second = await rotate();
  expect(secret.stagesOf(first)).toContain(`CLOCKWORK_KEEP_${first}`);
  issuer.alive.delete(firstKey);
  expect((await examine()).record?.closed?.because).toBe('proven');
  clock.time += 90 * dayMs;
  await stage();
  const third = await rotate();
  expect(current()).toBe(third);
  // The first is proven to be dead, so its label is gone; the second waits for its proof.
  expect([...secret.labels].filter(([label]) => label.startsWith('CLOCKWORK_KEEP_'))).toEqual([
    [`CLOCKWORK_KEEP_${second}`, second],
  ]);
});
