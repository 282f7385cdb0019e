import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { type CheckDefinition, defineCheck, type Standing } from '../../../functions/core/check.ts';
import { createContracts } from '../../../functions/core/contracts/contracts.ts';
import { judgeRotation } from '../../../functions/core/engine/judge-rotation.ts';
import {
  type JudgeStateOptions,
  judgeState,
  keepStanding,
  settleStory,
} from '../../../functions/core/engine/judge-state.ts';
import { createMemoryFindingStore } from '../../../functions/core/engine/memory-stores.ts';
import { parseSettings } from '../../../functions/core/model/settings.ts';
import { newRecord } from '../../../functions/core/rotation/rotation-record.ts';
import { dayMs, hourMs, rotatedSecret } from '../../support/rotation/rotated-secret.ts';

const secret = { arn: null, name: 'sms/clockwork', account: '111122223333', region: 'eu-west-1' };

const check = (more: Partial<CheckDefinition<'rotation', z.ZodObject>> = {}) =>
  defineCheck({
    id: 'rotation-moving',
    about: 'rotation',
    title: 'Something is so',
    severity: 'medium',
    status: 'stable',
    stage: 'change',
    attack: ['T1531'],
    rationale: 'r',
    falsePositives: ['f'],
    blindSpots: ['b'],
    response: ['Look.', 'Mend.'],
    tellsResolution: true,
    params: z.strictObject({}),
    judge: () => undefined,
    ...more,
  });

const so = (more: Partial<Standing> = {}): Standing => ({
  title: 'It is so',
  explanation: '3 of 5',
  since: Date.UTC(2026, 10, 1),
  stage: 'early',
  ...more,
});

/** One check's finding about one secret, from look to look, an hour apart. */
function looks(settingsText = 'mode: announce', defaults: Partial<JudgeStateOptions> = {}) {
  const settings = parseSettings(`version: 1\n${settingsText}`, 'audit.yaml');
  const findings = createMemoryFindingStore();
  let now = Date.UTC(2026, 10, 24);
  return {
    findings,
    async look(standing: Standing | undefined, by = check(), more: Partial<JudgeStateOptions> = {}) {
      now += hourMs;
      const options = { settings, contracts: createContracts(settings), findings, now, ...defaults, ...more };
      return keepStanding(by, secret, standing, options);
    },
    wait(milliseconds: number) {
      now += milliseconds;
    },
  };
}

describe('a finding about what is so', () => {
  it('is opened with what the check says, or else with what it has', async () => {
    const { look } = looks();
    const stored = await look(so({ facts: ['  a line'], evidence: ['version-1'], count: 3 }));
    expect(stored).toMatchObject({ announce: true, told: { count: 1, stage: 'early' } });
    expect(stored?.finding).toMatchObject({
      revision: 1,
      status: 'open',
      detector: 'rotation-moving',
      severity: 'medium',
      title: 'It is so',
      facts: ['  a line'],
      evidence: ['version-1'],
      count: 3,
      firstSeen: '2026-11-01T00:00:00.000Z',
      lastSeen: '2026-11-24T01:00:00.000Z',
      actor: null,
      advice: 'Look.\nMend.',
      attack: [{ id: 'T1531', name: 'Account Access Removal' }],
    });
    const other = await looks().look(so({ severity: 'high', advice: ['Do this.'] }));
    expect(other?.finding).toMatchObject({ severity: 'high', advice: 'Do this.' });
  });

  it('is left alone while nothing changes, and not told for other words or a milder severity', async () => {
    const { look } = looks();
    await look(so());
    expect(await look(so())).toBeUndefined();
    const reworded = await look(so({ explanation: '2 of 5' }));
    expect(reworded).toMatchObject({ finding: { revision: 2, explanation: '2 of 5' }, told: { count: 1 } });
    expect(await look(so({ severity: 'low', announce: 'always' }))).toMatchObject({ told: { count: 1 } });
  });

  it.each([
    ['another stage', so({ stage: 'late' })],
    ['a graver severity', so({ severity: 'high' })],
  ])('is told again for %s', async (_, next) => {
    const { look } = looks();
    await look(so());
    expect(await look(next)).toMatchObject({ finding: { revision: 2 }, told: { count: 2 } });
  });

  it('is told again when it was too mild to be sent, and no longer is', async () => {
    const { look } = looks();
    expect(await look(so({ severity: 'low' }))).toMatchObject({ announce: false, told: { count: 1 } });
    expect(await look(so({ severity: 'low', announce: 'always' }))).toMatchObject({
      announce: true,
      told: { count: 2 },
    });
  });

  it('reminds after the time that is asked for, not before, and never without one', async () => {
    const { look, wait } = looks('mode: announce', { remindMs: 2 * dayMs });
    await look(so());
    wait(2 * dayMs - hourMs - 1);
    expect(await look(so())).toBeUndefined();
    expect(await look(so())).toMatchObject({ told: { count: 2 } });
    // Counted from the last time.
    expect(await look(so())).toBeUndefined();
    const never = looks();
    await never.look(so());
    never.wait(400 * dayMs);
    expect(await never.look(so())).toBeUndefined();
  });

  it('is resolved when it is over, and told where it had been and the check tells it', async () => {
    const { look } = looks();
    await look(so());
    const resolved = await look(undefined);
    expect(resolved).toMatchObject({
      finding: { status: 'resolved', revision: 2, explanation: expect.stringContaining('3 of 5') },
      told: { count: 2, stage: 'resolved' },
    });
    expect(await look(undefined)).toBeUndefined();
    const quiet = looks();
    await quiet.look(so());
    expect(await quiet.look(undefined, check({ tellsResolution: false }))).toMatchObject({
      told: { count: 1 },
    });
    const unsent = looks();
    await unsent.look(so({ severity: 'info' }));
    expect(await unsent.look(undefined)).toMatchObject({ told: { count: 1 } });
  });

  it('is one finding that opens again, with a beginning of its own', async () => {
    const { look, findings } = looks();
    await look(so());
    await look(undefined);
    const again = await look(so({ since: Date.UTC(2026, 10, 20) }));
    expect(again).toMatchObject({
      finding: { status: 'open', revision: 3, firstSeen: '2026-11-20T00:00:00.000Z' },
      told: { count: 3 },
    });
    expect(findings.all()).toHaveLength(1);
    // While it is open, its first moment stays.
    expect((await look(so({ explanation: 'x' })))?.finding.firstSeen).toBe('2026-11-20T00:00:00.000Z');
  });

  it('nothing is opened by what is not so', async () => {
    const { look, findings } = looks();
    expect(await look(undefined)).toBeUndefined();
    expect(findings.all()).toEqual([]);
  });

  it('is sent as the settings say: mode, least severity, and what a check always sends', async () => {
    const announced = async (text: string, standing: Standing) =>
      (await looks(text).look(standing))?.announce;
    expect(await announced('mode: announce', so({ severity: 'info' }))).toBe(false);
    expect(await announced('mode: announce', so({ severity: 'info', announce: 'always' }))).toBe(true);
    expect(await announced('mode: observe', so({ severity: 'critical', announce: 'always' }))).toBe(false);
    expect(
      await announced(
        'mode: announce\ndetectors: {rotation-moving: {mode: observe}}',
        so({ severity: 'high' }),
      ),
    ).toBe(false);
  });

  it('is kept and not sent where it is suppressed', async () => {
    const { look } = looks(`mode: announce
suppressions:
  - {id: known, match: {detector: rotation-moving, secret: sms/clockwork}, owner: a@example.com, reason: known, until: 2027-01-01T00:00:00Z}`);
    expect(await look(so({ announce: 'always' }))).toMatchObject({
      announce: false,
      finding: { suppressed: { id: 'known' } },
    });
  });

  it('is another one in another story, and one for all where it stands alone', async () => {
    const { look, findings } = looks();
    await look(so(), check(), { incident: 'rotation-1' });
    await look(so(), check(), { incident: 'rotation-2' });
    expect(findings.all().map(({ finding }) => finding.incident)).toEqual(['rotation-1', 'rotation-2']);
    const alone = looks();
    await alone.look(so(), check({ standsAlone: true }), { incident: 'rotation-1' });
    await alone.look(so(), check({ standsAlone: true }), { incident: 'rotation-2' });
    expect(alone.findings.all().map(({ finding }) => finding.incident)).toEqual([null]);
  });
});

describe('the checks of a kind', () => {
  const options = (findings = createMemoryFindingStore(), text = 'mode: announce') => {
    const settings = parseSettings(`version: 1\n${text}`, 'audit.yaml');
    return { settings, contracts: createContracts(settings), findings, now: Date.UTC(2026, 10, 24, 9) };
  };

  it('are asked alike, and one that is switched off ends its finding', async () => {
    const { examine, secret: store } = rotatedSecret();
    store.rotationEnabled = false;
    const state = await examine();
    const on = options();
    const changed = await judgeState('rotation', secret, state, on);
    expect(changed.map(({ finding }) => [finding.detector, finding.status])).toEqual([
      ['rotation-off', 'open'],
    ]);
    const off = options(on.findings, 'detectors: {rotation-off: {enabled: false}}');
    const ended = await judgeState('rotation', secret, state, off);
    expect(ended.map(({ finding }) => finding.status)).toEqual(['resolved']);
  });

  it('of a story end with it; what is about the secret goes on', async () => {
    const { examine, secret: store, clock } = rotatedSecret();
    store.rotationEnabled = false;
    await examine();
    clock.time += 90 * dayMs;
    const { findings, ...rest } = options();
    const state = await examine();
    const story = { ...rest, findings, now: clock.time, incident: state.record?.incident ?? '' };
    await judgeState('rotation', secret, state, story);
    await settleStory('rotation', secret, story);
    expect(
      Object.fromEntries(findings.all().map(({ finding }) => [finding.detector, finding.status])),
    ).toEqual({ 'rotation-due': 'resolved', 'rotation-off': 'open' });
  });

  it('a story that follows another ends what was said in that one, once', async () => {
    const { examine, records, clock, issuer, firstKey, stage, rotate } = rotatedSecret();
    const { findings, ...rest } = options();
    const judge = async () => judgeRotation(await examine(), records, { ...rest, findings, now: clock.time });
    await judge();
    await stage();
    await rotate();
    await judge();
    issuer.alive.delete(firstKey);
    await judge();
    const complete = () => findings.all().find(({ finding }) => finding.detector === 'rotation-complete');
    expect(complete()?.finding.status).toBe('open');
    clock.time += 90 * dayMs;
    await judge();
    expect(complete()?.finding.status).toBe('resolved');
    expect(records.record?.former).toBeNull();
    // Only what the record still names is ended.
    expect(newRecord('b', null, records.record).former).toBe(records.record?.incident);
  });
});
