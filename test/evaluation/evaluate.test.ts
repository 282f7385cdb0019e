import { beforeAll, describe, expect, it } from '@jest/globals';
import { evaluationPage } from '../../evaluation/docs.ts';
import { type Evaluation, evaluate } from '../../evaluation/evaluate.ts';
import { peers } from '../../evaluation/peers/index.ts';
import { buildReport } from '../../evaluation/report.ts';
import { type Simulation, simulate } from '../../evaluation/simulated-data.ts';
import { asMarkdown, asText, tablesOf } from '../../evaluation/tables.ts';
import { evaluateOnThreads } from '../../evaluation/threads.ts';

const small: Simulation = {
  seed: 101,
  index: 0,
  days: 30,
  secrets: 30,
  principals: 30,
  kinds: ['mass-retrieval', 'tampering', 'permitted-role-new-network'],
};

describe('one small organisation', () => {
  let evaluation: Evaluation;
  beforeAll(async () => {
    evaluation = await evaluate(simulate(small));
  }, 60_000);

  it('is judged by us and by all peers', () => {
    expect(evaluation.records).toBeGreaterThan(1_000);
    expect(evaluation.peers.map(({ vendor }) => vendor)).toEqual(['Elastic', 'Panther', 'Datadog']);
    const kinds = new Set(evaluation.ours.attacks.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(small.kinds?.toSorted());
    for (const { outcome } of evaluation.peers) {
      expect(outcome.attacks.map(({ id }) => id)).toEqual(evaluation.ours.attacks.map(({ id }) => id));
    }
  });

  it('shows tampering, which needs no history, to us and to Elastic', () => {
    const found = (outcome: Evaluation['ours']) =>
      outcome.attacks.filter(({ kind, detection }) => kind === 'tampering' && detection.medium).length;
    const elastic = evaluation.peers[0]?.outcome;
    expect(found(evaluation.ours)).toBeGreaterThan(0);
    expect(elastic && found(elastic)).toBeGreaterThan(0);
  });

  it('becomes tables that name every kind, every grade and every auditor', () => {
    const text = tablesOf(buildReport([evaluation]))
      .map(asText)
      .join('\n');
    for (const name of [
      ...(small.kinds ?? []),
      'secrets-audit',
      'Panther (port)',
      'Recall over all attacks',
    ]) {
      expect(text).toContain(name);
    }
    const markdown = tablesOf(buildReport([evaluation]))
      .map(asMarkdown)
      .join('\n');
    for (const line of markdown.split('\n').filter((each) => each.startsWith('|')))
      expect(line).toMatch(/\|$/);
  });

  it('becomes a page that names every ported rule and its source, and no day', () => {
    const page = evaluationPage(buildReport([evaluation]), peers);
    for (const { id, source } of peers.flatMap(({ rules }) => rules)) {
      expect(page).toContain(`| ${id} |`);
      expect(page).toContain(source);
    }
    expect(page).not.toMatch(/\d{4}-\d\d-\d\d/);
  });

  it('is the same on a thread', async () => {
    const seen: string[] = [];
    const [again] = await evaluateOnThreads([small], 2, ({ name }) => seen.push(name));
    expect(seen).toEqual(['seed 101']);
    expect({ ...again, timings: {} }).toEqual({ ...evaluation, timings: {} });
  }, 60_000);
});
