import { describe, expect, test } from '@jest/globals';
import { createContracts } from '../../functions/core/contracts/contracts.ts';
import { createMemoryFindingStore } from '../../functions/core/engine/memory-stores.ts';
import { rotatedSecrets } from '../../functions/core/model/rotated-secrets.ts';
import { parseSettings } from '../../functions/core/model/settings.ts';
import { createHandler } from '../../functions/enforce/handler.ts';
import { dayMs, rotatedSecret } from '../support/rotation/rotated-secret.ts';
import { captureLog, captureMetrics } from './captures.ts';

const place = { account: '111122223333', region: 'eu-west-1' };
const settings = parseSettings(
  `version: 1
mode: announce
secrets:
  - {match: {name: app/other}, rotation: {provider: clockwork}}
  - {match: {name: sms/clockwork}, rotation: {provider: clockwork}}`,
  'audit.yaml',
);

/** The function over two secrets; of the first only its fate is known. */
function createEnforce({ other = async () => {} }: { readonly other?: () => Promise<void> } = {}) {
  const rotated = rotatedSecret();
  const { log, lines } = captureLog();
  const { measure, values } = captureMetrics();
  const findings = createMemoryFindingStore();
  const looked: string[] = [];
  const postures: number[] = [];
  const posture = {
    examine: async () => {},
  };
  const handler = createHandler({
    rotated: rotatedSecrets(settings, place),
    async examine({ secretId }) {
      looked.push(secretId);
      if (secretId !== 'sms/clockwork') await other();
      return rotated.examine();
    },
    records: rotated.records,
    judging: async () => ({ settings, contracts: createContracts(settings), findings }),
    async examinePosture() {
      postures.push(rotated.clock.now());
      await posture.examine();
    },
    clock: rotated.clock,
    log,
    measure,
  });
  const run = (event: unknown = {}) => handler(event);
  return { ...rotated, run, looked, postures, posture, findings, lines, values };
}

describe('enforce', () => {
  test('looks at every secret that is rotated, and then at posture', async () => {
    const { run, looked, postures, values, clock } = createEnforce();
    await run();
    clock.time += 3 * dayMs;
    await run();
    expect(looked).toEqual(['app/other', 'sms/clockwork', 'app/other', 'sms/clockwork']);
    expect(postures).toHaveLength(2);
    expect(values).toEqual({ KeyAgeDays: 3, Findings: 0 });
  });

  test('asked about one secret, it looks at that one and at nothing else', async () => {
    const { run, looked, postures } = createEnforce();
    await run({ secret: 'sms/clockwork' });
    await run({ secret: 'app/unknown' });
    expect([looked, postures]).toEqual([['sms/clockwork'], []]);
  });

  test('one that fails does not stop the others; the run fails, and names it', async () => {
    const { run, clock, findings, postures, lines } = createEnforce({
      other: async () => {
        throw new Error('AccessDenied');
      },
    });
    await expect(run()).rejects.toMatchObject({
      code: 'ENFORCEMENT_INCOMPLETE',
      message: expect.stringMatching(/^Not looked at: app\/other \(/),
    });
    clock.time += 90 * dayMs;
    await expect(run()).rejects.toThrow('app/other');
    expect(findings.all().map(({ finding }) => finding.detector)).toContain('rotation-due');
    expect(postures).toHaveLength(2);
    expect(lines.join()).toContain('AccessDenied');
  });

  test('posture that fails is named, after everything else', async () => {
    const { run, posture, looked, values } = createEnforce();
    posture.examine = async () => {
      throw new Error('no list');
    };
    await expect(run()).rejects.toThrow(/^Not looked at: posture \(/);
    expect(looked).toHaveLength(2);
    expect(values).toMatchObject({ KeyAgeDays: 0 });
  });

  test('reminds of what is still to be done as often as the policy says', async () => {
    const { run, clock, findings } = createEnforce();
    await run();
    clock.time += 90 * dayMs;
    await run();
    const told = () => findings.all().find(({ finding }) => finding.detector === 'rotation-due')?.told?.count;
    expect(told()).toBe(1);
    clock.time += dayMs / 2;
    await run();
    expect(told()).toBe(1);
    clock.time += 2 * dayMs;
    await run();
    expect(told()).toBeGreaterThan(1);
  });

  test('ends what was said in a former story', async () => {
    const { run, clock, stage, rotate, issuer, firstKey, findings, records } = createEnforce();
    await run();
    await stage();
    await rotate();
    await run();
    issuer.alive.delete(firstKey);
    await run();
    const stateOf = (id: string) =>
      findings.all().find(({ finding }) => finding.detector === id)?.finding.status;
    expect([stateOf('old-key-retire'), stateOf('rotation-complete')]).toEqual(['resolved', 'open']);
    clock.time += 90 * dayMs;
    await run();
    expect([stateOf('rotation-complete'), stateOf('rotation-due')]).toEqual(['resolved', 'open']);
    expect(records.record?.former).toBeNull();
  });

  test('a secret without a current value has no age, and its look does not fail', async () => {
    const { run, secret, values } = createEnforce();
    secret.labels.delete('AWSCURRENT');
    await run();
    expect(values).toMatchObject({ KeyAgeDays: 0 });
  });
});
