import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { checks } from '../../functions/core/checks/index.ts';
import { detectors } from '../../functions/core/detectors/index.ts';
import { attackTechniques } from '../../functions/core/model/attack-techniques.ts';
import { repository } from '../support/repository.ts';

describe.each([['detectors', detectors] as const, ['checks', checks] as const])('%s', (folder, all) => {
  it('every file is in the index, under its own name', () => {
    const files = readdirSync(join(repository, 'functions/core', folder)).filter(
      (file) => file !== 'index.ts',
    );
    expect(all.map(({ id }) => `${id}.ts`)).toEqual(files.sort());
  });
});

it('no check has the name of a detector, because settings and findings name both alike', () => {
  const ids = [...detectors, ...checks].map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
});

describe.each([...detectors, ...checks].map((each) => [each.id, each] as const))('%s', (_, detector) => {
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

it('the public contract of the detectors and checks is this', () => {
  const contract = [...detectors, ...checks].map(
    ({ id, severity, status, params }) => `${id} ${severity} ${status} ${JSON.stringify(params.parse({}))}`,
  );
  expect(contract).toMatchInlineSnapshot(`
[
  "announced-access low stable {}",
  "batch-retrieval medium stable {"calls":5,"windowMinutes":1440}",
  "catch-all-batch medium stable {}",
  "cloudshell-read low stable {}",
  "contract-rate medium stable {}",
  "decoy-touched high stable {}",
  "denied-probing low stable {"denials":3,"targets":2,"windowMinutes":60,"highAt":20}",
  "destructive-change medium stable {}",
  "enumeration medium stable {"windowMinutes":10}",
  "evidence-tampering high stable {"resources":["*secrets-audit*","*secrets_audit*","*secretsaudit*"],"trailBuckets":["*trail*"]}",
  "first-batch-read medium stable {}",
  "first-parameters medium stable {"parameters":3,"windowMinutes":60}",
  "first-seen-reader low stable {"manySecrets":4}",
  "many-regions medium stable {"regions":5,"highAt":8,"windowMinutes":10}",
  "mass-retrieval high stable {"distinctSecrets":20,"windowMinutes":6}",
  "new-identity-read medium stable {"windowMinutes":1440}",
  "new-regions medium stable {"regions":3,"highAt":8,"windowMinutes":60}",
  "offensive-tool high stable {}",
  "outside-contract medium stable {}",
  "previous-version-read medium stable {}",
  "public-policy high stable {"trustedAccounts":[]}",
  "rare-network medium stable {}",
  "read-after-rotation medium stable {"windowMinutes":60}",
  "read-burst medium stable {"times":5,"atLeast":8}",
  "read-spike medium stable {"times":4,"atLeast":40}",
  "root-access medium stable {}",
  "rotation-failed medium stable {}",
  "secret-spread low experimental {"identities":25,"windowMinutes":1440}",
  "securestring-retrieval medium stable {"parameters":10,"highAt":20,"windowMinutes":6}",
  "session-elsewhere high experimental {"windowMinutes":60}",
  "slow-retrieval medium stable {"days":4,"windowDays":21}",
  "unfamiliar-tool low stable {}",
  "unusual-hour medium stable {}",
  "vpc-endpoint-denied low stable {"mediumAt":2}",
  "old-key-alive medium stable {}",
  "old-key-dead-in-use medium stable {}",
  "old-key-retire low stable {}",
  "rotation-blocked medium stable {"stuckMinutes":60}",
  "rotation-complete info stable {"hours":24}",
  "rotation-due medium stable {}",
  "rotation-moving low stable {}",
  "rotation-off medium stable {}",
  "secret-posture low stable {}",
  "usage-key-refused high stable {}",
  "usage-low-balance low stable {"days":7}",
  "usage-spend-spike medium stable {"times":4,"least":5}",
  "usage-unread-spend high stable {"least":1,"windowHours":24,"quietHours":168}",
  "value-outside-rotation medium stable {}",
]
`);
});
