import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { detectors } from '../../../functions/core/detectors/index.ts';
import type { DetectorCases } from '../../support/detector-cases.ts';
import { findingsOf } from '../../support/judging.ts';
import { eventsOf } from '../../support/records.ts';

const suffix = '.cases.ts';
const ids = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length));

it('every detector has a cases file, and none is left over', () => {
  expect(ids.sort()).toEqual(detectors.map(({ id }) => id).sort());
});

for (const id of ids) {
  const { default: cases }: { default: DetectorCases } = await import(`./${id}${suffix}`);
  describe(id, () => {
    it('has a case of each kind', () => {
      expect(cases.fires.length).toBeGreaterThan(0);
      expect(cases.quiet.length).toBeGreaterThan(0);
    });
    it.each(cases.fires)('fires: $name', async ({ records, finding }) => {
      const findings = (await findingsOf(eventsOf(records))).filter(({ detector }) => detector === id);
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatchObject(finding);
    });
    it.each(cases.quiet)('quiet: $name', async ({ records }) => {
      expect((await findingsOf(eventsOf(records))).filter(({ detector }) => detector === id)).toEqual([]);
    });
  });
}
