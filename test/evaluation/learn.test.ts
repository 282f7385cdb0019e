import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  contractDetectors,
  type LearnedOutcome,
  tryLearnedContracts,
} from '../../evaluation/learned-contracts.ts';

/** Of each a kind of deviation: network, identity, action, hour, place of an instance. */
const kinds: readonly string[] = [
  'permitted-role-new-network',
  'new-principal',
  'stage-moving',
  'insider-at-night',
  'instance-credentials',
  'replication',
];

/** `npm run evaluate:learn` does the same with 200 secrets, 300 principals, 90 and 30 days, and all attacks. */
describe('contracts learned from a small organisation', () => {
  let outcome: LearnedOutcome;
  beforeAll(async () => {
    outcome = await tryLearnedContracts({
      seed: 7,
      secrets: 30,
      principals: 45,
      learnedDays: 30,
      judgedDays: 10,
      attacks: (kind) => (kinds.includes(kind) ? ['middle'] : []),
    });
  }, 60_000);

  it('are not empty, and ask a person where the history is thin', () => {
    expect(outcome.draft.secrets).toBeGreaterThan(15);
    expect(outcome.draft.clauses).toBeGreaterThan(50);
    expect(outcome.draft.todos).toBeGreaterThan(5);
  });

  it('give no finding above low in the days after, except about newcomers, and these say so', () => {
    const byContracts = outcome.peaceful.filter(({ finding }) => contractDetectors.has(finding.detector));
    expect(byContracts.length).toBeGreaterThan(0);
    expect(
      byContracts
        .filter(({ isNew, saysSo }) => !isNew || !saysSo)
        .map(({ finding }) => `${finding.title}. ${finding.explanation}`),
    ).toEqual([]);
  });

  it('find every attack that is outside of them', () => {
    expect(outcome.attacks.length).toBeGreaterThan(3);
    expect(outcome.attacks.filter(({ foundBy }) => foundBy.length === 0)).toEqual([]);
    expect(outcome.attacks.filter(({ foundBy }) => foundBy.includes('outside-contract'))).toEqual(
      outcome.attacks,
    );
  });
});
