import { describe, expect, test } from '@jest/globals';
import { createBackfillStore } from '../../functions/adapters/dynamodb-backfill-store.ts';
import { createCheckpointStore } from '../../functions/adapters/dynamodb-checkpoint-store.ts';
import { createInventoryStore } from '../../functions/adapters/dynamodb-inventory-store.ts';
import { createTableJudge } from '../../functions/adapters/table-judge.ts';
import { createHandler } from '../../functions/audit/handler.ts';
import type { InventoriedSecret } from '../../functions/core/contracts/inventory.ts';
import { defaultSettings, parseSettings } from '../../functions/core/model/settings.ts';
import type { InventoryPlace, StoredFinding } from '../../functions/core/ports.ts';
import { createTableStandIn } from '../adapters/table-stand-in.ts';
import { account, at, type CloudTrailRecord, record, region, role, start } from '../support/records.ts';
import { captureLog, captureMetrics, contextWith, createClock } from './captures.ts';
import { createLookups } from './lookup-events.ts';
import { createSecretList } from './secret-lists.ts';

const minute = 60_000;
const hour = 60 * minute;

const secretsIn = (place: InventoryPlace, ...names: string[]): InventoriedSecret[] =>
  names.map((name) => ({ secret: { ...place, name, arn: null }, tags: { tier: 'gold', name } }));

interface Options {
  readonly regions?: string[];
  readonly events?: CloudTrailRecord[];
  readonly secretsOf?: (place: InventoryPlace) => readonly InventoriedSecret[];
  readonly settings?: typeof defaultSettings;
}

/** `audit` over a table and lists of secrets. */
function createAudit({
  regions = [],
  events = [],
  secretsOf = () => [],
  settings = defaultSettings,
}: Options) {
  const clock = createClock(start);
  const standIn = createTableStandIn();
  const { table } = standIn;
  const { log, lines } = captureLog();
  const { measure } = captureMetrics();
  const { list, asked } = createSecretList((place) => secretsOf(place));
  const { judge, learn, usual, inventory } = createTableJudge({ table, settings, ownReads: '[]', clock });
  const findings: StoredFinding[] = [];
  const audit = { remaining: 900_000, judged: 0 };
  const handler = createHandler({
    account,
    ownRegion: region,
    settings: { ...settings, regions, history: { ...settings.history, backfillDays: 0 } },
    history: createLookups(events).history,
    checkpoints: createCheckpointStore(table, clock),
    backfills: createBackfillStore(table),
    usual,
    learn,
    judge: async (judged, origin) => {
      audit.judged += judged.length;
      const stored = await judge(judged, origin);
      findings.push(...stored);
      return stored;
    },
    secretList: list,
    inventory,
    clock,
    log,
    measure,
  });
  const run = () =>
    handler(
      {},
      contextWith(() => audit.remaining),
    );
  const known = async () => [...(await createInventoryStore(table, clock).read()).keys()];
  return { audit, run, clock, lines, asked, findings, known };
}

describe('the inventory', () => {
  test('is listed every 6 hours in each Region, and what is gone then is forgotten', async () => {
    let names = ['a', 'b', 'c'];
    const { run, clock, asked, known } = createAudit({
      regions: ['us-east-1'],
      secretsOf: (place) => secretsIn(place, ...names),
    });
    for (let elapsed = 0; elapsed < 12 * hour; elapsed += 15 * minute) {
      clock.time = start + elapsed;
      await run();
      if (elapsed === 15 * minute) names = ['b'];
      if (elapsed === 5 * hour) expect(await known()).toHaveLength(6);
    }
    expect([...asked].sort()).toEqual([region, region, 'us-east-1', 'us-east-1']);
    expect(await known()).toEqual([`${account}:${region}:b`, `${account}:us-east-1:b`]);
  });

  test('is there before the first event is judged', async () => {
    const settings = {
      ...defaultSettings,
      secrets: parseSettings(
        'version: 1\nsecrets:\n  - match: {tag: {tier: gold}}\n    allow: [{id: sender, role: sender, actions: any, from: any}]\n',
        'audit.yaml',
      ).secrets,
    };
    const options = { settings, events: [record({ eventTime: at(-60) })] };
    const tagged = createAudit({ ...options, secretsOf: (place) => secretsIn(place, 'app/db') });
    await tagged.run();
    expect(tagged.findings.map(({ finding }) => finding.detector)).toContain('outside-contract');
    const untagged = createAudit(options);
    await untagged.run();
    expect(untagged.findings.map(({ finding }) => finding.detector)).not.toContain('outside-contract');
  });

  test('a Region that refuses is logged, stops no sweep and fails nothing, and is asked again after 6 hours', async () => {
    const { run, clock, asked, known, lines } = createAudit({
      regions: ['ap-east-1'],
      secretsOf: (place) => {
        if (place.region === 'ap-east-1')
          throw Object.assign(new Error('explicit deny'), { name: 'AccessDeniedException' });
        return secretsIn(place, 'a');
      },
    });
    await run();
    clock.time += 15 * minute;
    await run();
    expect(asked.filter((name) => name === 'ap-east-1')).toHaveLength(1);
    expect(lines.filter((line) => line.includes('could not be listed'))).toEqual([
      expect.stringMatching(/ap-east-1.*AccessDeniedException.*explicit deny/),
    ]);
    expect(await known()).toEqual([`${account}:${region}:a`]);
    const coverage = lines.filter((line) => line.startsWith('["Coverage"')).at(-1);
    expect(coverage).toContain('"region":"ap-east-1"');
    expect(coverage).not.toContain('"error"');
    clock.time += 6 * hour;
    await run();
    expect(asked.filter((name) => name === 'ap-east-1')).toHaveLength(2);
  });

  test('what is listed by half is not kept', async () => {
    let isSlow = false;
    const { audit, run, clock, known, lines } = createAudit({
      secretsOf: (place) => {
        if (!isSlow) return secretsIn(place, 'a', 'b', 'c');
        audit.remaining = 1_000;
        return secretsIn(place, 'd', 'e', 'f');
      },
    });
    await run();
    isSlow = true;
    clock.time += 6 * hour;
    await run();
    expect(lines.join()).toContain('No time to list all secrets');
    expect(await known()).toEqual(['a', 'b', 'c'].map((name) => `${account}:${region}:${name}`));
  });

  test('its own lists, which CloudTrail records too, make no finding', async () => {
    const regions = ['eu-central-1', 'us-east-1', 'us-east-2', 'us-west-2', 'ap-south-1', 'sa-east-1'];
    // A day of them: four lists of five pages in each Region.
    const events = [region, ...regions].flatMap((awsRegion) =>
      Array.from({ length: 20 }, (_, index) =>
        record({
          awsRegion,
          eventName: 'ListSecrets',
          eventTime: at(Math.floor(index / 5) * 6 * 3_600 + (index % 5)),
          requestParameters: { includePlannedDeletion: true },
          userIdentity: role('secrets-audit-Audit', 'audit'),
          userAgent:
            'aws-sdk-js/3.1164.0 ua/2.1 os/linux lang/js md/nodejs#24 exec-env/AWS_Lambda_nodejs24.x',
        }),
      ),
    );
    const { audit, run, clock, findings } = createAudit({ regions, events });
    for (let hours = 0; hours <= 24; hours += 1) {
      clock.time = start + hours * hour;
      await run();
    }
    expect(audit.judged).toBeGreaterThanOrEqual(events.length);
    expect(findings).toEqual([]);
  });
});
