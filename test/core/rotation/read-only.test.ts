import { expect, it } from '@jest/globals';
import { createContracts } from '../../../functions/core/contracts/contracts.ts';
import { judgeRotation } from '../../../functions/core/engine/judge-rotation.ts';
import { createMemoryFindingStore } from '../../../functions/core/engine/memory-stores.ts';
import { defaultSettings } from '../../../functions/core/model/settings.ts';
import { examineRotation } from '../../../functions/core/rotation/examine-rotation.ts';
import { askForRotation, withdrawRequest } from '../../../functions/core/rotation/persons-word.ts';
import { rollBack } from '../../../functions/core/rotation/roll-back.ts';
import { stageKey } from '../../../functions/core/rotation/stage-key.ts';
import { startRotation } from '../../../functions/core/rotation/start-rotation.ts';
import { dayMs, RotationWorld } from '../../support/rotation/rotation-world.ts';
import { arn } from '../../support/rotation/secrets-manager.ts';

const examine = (world: RotationWorld, readOnly = false) =>
  examineRotation(arn, {
    ...world.ports(),
    readers: world.readers,
    running: { startsOf: async () => ({ starts: [] }) },
    contract: { clauses: [] },
    settings: defaultSettings,
    ownRoles: [],
    readOnly,
  });

async function rotated(): Promise<RotationWorld> {
  const world = new RotationWorld();
  await examine(world);
  world.wait(90 * dayMs);
  await stageKey(
    arn,
    { key: world.issuer.make(), name: 'next' },
    { ...world.ports(), newToken: world.secret.newToken },
  );
  await startRotation(arn, world.ports());
  world.wait(1_000);
  await world.rotate();
  return world;
}

it('an examination to look at writes nothing, reads no value and asks no issuer', async () => {
  const world = await rotated();
  const record = JSON.stringify(world.records.record);
  const proven = world.issuer.proven.length;
  world.secret.value = () => {
    throw new Error('a value was read');
  };
  const state = await examine(world, true);
  expect(state.record?.switchedAt).not.toBeNull();
  expect(JSON.stringify(world.records.record)).toBe(record);
  expect(world.issuer.proven).toHaveLength(proven);
});

it('shows what would be remembered', async () => {
  const world = new RotationWorld();
  expect((await examine(world, true)).record?.story.map(({ what }) => what)).toEqual(['first seen']);
  expect(world.records.record).toBeUndefined();
});

it('an address lock that was seen is still said', async () => {
  const world = await rotated();
  world.issuer.mood = 'locked';
  await examine(world);
  expect((await examine(world, true)).isAddressLocked).toBe(true);
});

it('a rollback leaves no label of a rotation that goes on', async () => {
  const world = await rotated();
  expect(world.secret.labels.get('AWSPENDING')).toBe(world.secret.labels.get('AWSCURRENT'));
  await rollBack(arn, 'refused', world.ports());
  expect(world.secret.labels.has('AWSPENDING')).toBe(false);
  expect((await examine(world, true)).pending).toBeUndefined();
});

it('what was asked for and did not begin is taken back once', async () => {
  const world = new RotationWorld();
  const secret = await world.secret.describe(arn);
  const asked = askForRotation(undefined, secret, 'v', { by: 'mara', at: 1 });
  const withdrawn = withdrawRequest(asked, 2, 'AccessDeniedException');
  expect(withdrawn?.asked).toBeNull();
  expect(withdrawn?.story.at(-1)?.what).toBe('it did not start: AccessDeniedException');
  expect(withdrawRequest(withdrawn, 3, 'again')).toBeUndefined();
  expect(withdrawRequest(undefined, 3, 'again')).toBeUndefined();
});

it('the findings of a story before are settled when the next is judged', async () => {
  const world = await rotated();
  const findings = createMemoryFindingStore();
  const options = { settings: defaultSettings, contracts: createContracts(defaultSettings), findings };
  await judgeRotation(await examine(world), world.records, { ...options, now: world.time });
  const first = world.records.record?.incident;
  expect(findings.all().filter(({ finding }) => finding.status === 'open')).not.toEqual([]);
  await world.records.update(
    undefined,
    (record) => record && { ...record, former: first ?? null, incident: 'rotation-next' },
  );
  await judgeRotation(await examine(world), world.records, { ...options, now: world.time });
  const open = findings.all().filter(({ finding }) => finding.status === 'open');
  expect(open.map(({ finding }) => finding.incident)).not.toContain(first);
  expect(world.records.record?.former).toBeNull();
});
