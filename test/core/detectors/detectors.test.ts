import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { detectors } from '../../../functions/core/detectors/index.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import { parseSettings } from '../../../functions/core/model/settings.ts';
import type { DetectorCase, DetectorCases } from '../../support/detector-cases.ts';
import { createEngine } from '../../support/judging.ts';
import { eventsOf, start } from '../../support/records.ts';

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
    it.each(cases.fires)('fires: $name', async ({ finding, findings: number = 1, ...each }) => {
      const findings = await judgeCase(each, id);
      expect(findings).toHaveLength(number);
      for (const one of findings) expect(one).toMatchObject(finding);
    });
    it.each(cases.quiet)('quiet: $name', async (each) => {
      expect(await judgeCase(each, id)).toEqual([]);
    });
  });
}

const historyDays = 60;

/** The findings of one detector about the records of a case, not about what came before. */
async function judgeCase(
  { records, history, settings, knownForDays = historyDays }: DetectorCase,
  detector: string,
): Promise<Finding[]> {
  const engine = createEngine({
    ...(history && { completeSince: start - knownForDays * 86_400_000 }),
    ...(settings && { settings: parseSettings(settings, 'audit.yaml') }),
  });
  if (history) await engine.deliver(eventsOf(history));
  await engine.deliver(eventsOf(records));
  const ids = new Set(eventsOf(records).map((event) => event.id));
  return engine
    .findings()
    .filter((finding) => finding.detector === detector && finding.evidence.some((id) => ids.has(id)));
}
