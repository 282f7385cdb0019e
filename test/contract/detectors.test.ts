import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { detectors } from '../../functions/core/detectors/index.ts';
import { attackTechniques } from '../../functions/core/model/attack-techniques.ts';
import { repository } from '../support/repository.ts';

const folder = join(repository, 'functions/core/detectors');

it('every detector file is in the index, under its own name', () => {
  const files = readdirSync(folder).filter((file) => file !== 'index.ts');
  expect(detectors.map(({ id }) => `${id}.ts`)).toEqual(files.sort());
});

describe.each(detectors.map((detector) => [detector.id, detector] as const))('%s', (_, detector) => {
  it('cites ATT&CK techniques of the pinned table', () => {
    expect(detector.attack.filter((id) => !Object.hasOwn(attackTechniques, id))).toEqual([]);
  });

  it('has defaults that its own schema takes, and a description of each parameter', () => {
    expect(() => detector.params.parse({})).not.toThrow();
    const properties = z.toJSONSchema(detector.params, { io: 'input' }).properties ?? {};
    for (const [name, property] of Object.entries(properties)) {
      expect({ name, described: typeof property === 'object' && Boolean(property.description) }).toEqual({
        name,
        described: true,
      });
    }
  });

  it('says why, what is benign, what it misses and what to do, and shouts nowhere', () => {
    const texts = [
      detector.title,
      detector.rationale,
      ...detector.falsePositives,
      ...detector.blindSpots,
      ...detector.response,
    ];
    for (const list of [detector.falsePositives, detector.blindSpots, detector.response]) {
      expect(list.length).toBeGreaterThan(0);
    }
    for (const text of texts) expect(text).not.toMatch(/!(?!…)|TODO|\b(critical|urgent|danger)\b/i);
  });
});

it('the public contract of the detectors is this', () => {
  const contract = detectors.map(
    ({ id, severity, status, params }) => `${id} ${severity} ${status} ${JSON.stringify(params.parse({}))}`,
  );
  expect(contract).toMatchInlineSnapshot(`
[
  "batch-retrieval medium stable {"calls":5,"windowMinutes":1440}",
  "catch-all-batch medium stable {}",
  "denied-probing low stable {"denials":3,"targets":2,"windowMinutes":10,"highAt":20}",
  "destructive-change medium stable {}",
  "evidence-tampering high stable {}",
  "mass-retrieval high stable {"distinctSecrets":20,"windowMinutes":6}",
  "root-access medium stable {}",
  "rotation-failed medium stable {}",
]
`);
});
