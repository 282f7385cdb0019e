import { expect, it } from '@jest/globals';
import { parseSettings } from '../../../functions/core/model/settings.ts';
import { createEngine } from '../../support/judging.ts';
import { at, eventsOf, readsOf } from '../../support/records.ts';

const settings = (until: string) =>
  parseSettings(
    `version: 1
suppressions:
  - {id: migration, match: {detector: mass-retrieval, principal: anika}, owner: security@example.com,
     reason: moves all secrets this week, until: ${until}}
`,
    'audit.yaml',
  );
const day = 86_400;
const reads = (onDay: number) =>
  eventsOf(readsOf(20, 1).map((raw, index) => ({ ...raw, eventTime: at(onDay * day + index) })));

it('before its end a suppression holds findings back, and nothing is said of it', async () => {
  const engine = createEngine({ settings: settings('2026-03-04T00:00:00Z') });
  await engine.deliver(reads(0));
  expect(engine.stored()).toMatchObject([
    { announce: false, finding: { detector: 'mass-retrieval', suppressed: { id: 'migration' } } },
  ]);
});

it('after its end findings are sent again, and that it ended is one finding, however often', async () => {
  const engine = createEngine({ settings: settings('2026-03-04T00:00:00Z') });
  await engine.deliver(reads(0));
  await engine.deliver(reads(5));
  await engine.deliver(reads(6));
  await engine.deliver(reads(6));
  const ended = engine.stored().filter(({ finding }) => finding.detector === 'expired-suppression');
  expect(ended).toMatchObject([
    {
      announce: true,
      finding: {
        severity: 'medium',
        title: 'Suppression migration ended on 2026-03-04, and its findings go on',
        explanation: expect.stringContaining('because: moves all secrets this week. Since then 2 findings'),
        owner: 'security@example.com',
        revision: 2,
      },
    },
  ]);
  const sent = engine.stored().filter(({ finding }) => finding.detector === 'mass-retrieval');
  expect(sent.map(({ announce }) => announce)).toEqual([false, true, true]);
});
