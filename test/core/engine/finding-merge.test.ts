import { expect, it } from '@jest/globals';
import { findingsOf } from '../../support/judging.ts';
import { event, root, start } from '../../support/records.ts';

it('a finding of more events than a call takes arguments is still a finding', async () => {
  const read = event({ userIdentity: root() });
  const count = 130_000;
  const events = Array.from({ length: count }, (_, index) => ({
    ...read,
    id: `e${index}`,
    key: `e${index}`,
    time: start + index,
  }));
  const [finding, ...others] = await findingsOf(events);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ detector: 'root-access', count, lastSeen: '2026-03-02T09:02:09.999Z' });
});
