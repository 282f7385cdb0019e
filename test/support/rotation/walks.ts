import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checks } from '../../../functions/core/checks/index.ts';
import {
  RotationDelayedError,
  RotationRefusedError,
  SecretConflictError,
} from '../../../functions/core/errors.ts';
import type { Clause } from '../../../functions/core/model/contract-clause.ts';
import { defaultSettings } from '../../../functions/core/model/settings.ts';
import {
  type ExamineDependencies,
  examineRotation,
} from '../../../functions/core/rotation/examine-rotation.ts';
import {
  lifeOf,
  type Phase,
  phases,
  type Transition,
  transitions,
} from '../../../functions/core/rotation/life.ts';
import { observe } from '../../../functions/core/rotation/observe.ts';
import { askForRotation, closeUnproven } from '../../../functions/core/rotation/persons-word.ts';
import { rollBack } from '../../../functions/core/rotation/roll-back.ts';
import { type RotationPolicy, rotationPolicy } from '../../../functions/core/rotation/rotation-policy.ts';
import type { RotationStep } from '../../../functions/core/rotation/rotation-request.ts';
import type { RotationState } from '../../../functions/core/rotation/rotation-state.ts';
import { stageKey } from '../../../functions/core/rotation/stage-key.ts';
import { startRotation } from '../../../functions/core/rotation/start-rotation.ts';
import { takeStep } from '../../../functions/core/rotation/steps.ts';
import { Interruption, type Interruptions, interruptible } from './interruption.ts';
import { Issuer } from './issuer.ts';
import { OneRecord, Readers } from './memory-stores.ts';
import { arn, firstVersion, OneSecret } from './secrets-manager.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const reader = 'arn:aws:iam::111122223333:role/reminders';

const clauses: Clause[] = [
  {
    id: 'sender',
    role: 'sender-exec',
    actions: ['read'],
    from: 'any',
    consumer: { ecs: 'prod/sms-sender', delivery: 'injected' },
  } as Clause,
  {
    id: 'reminders',
    role: 'reminders',
    actions: ['read'],
    from: 'any',
    consumer: { lambda: 'reminders', delivery: 'runtime' },
  } as Clause,
];

/** What a walk may do next. Numbers decide where a process ends, and which of several things is meant. */
const operation = fc.record({
  kind: fc.constantFrom(
    ...([
      'start',
      'step',
      'step',
      'step',
      'step',
      'whole rotation',
      'whole rotation',
      'stage',
      'stage',
      'stage wrongly',
      'put outside',
      'cancel',
      'roll back',
      'ask',
      'close',
      'examine',
      'examine',
      'deactivate old',
      'deactivate any',
      'issuer',
      'consumers restart',
      'consumer reads',
      'wait',
      'clock change',
    ] as const),
  ),
  which: fc.nat(11),
  interruptedAt: fc.option(fc.nat(30), { freq: 3, nil: undefined }),
  fate: fc.constantFrom('before', 'after', 'throttled'),
});

const done = (kind: Operation['kind'], which = 2): Operation => ({
  kind,
  which,
  interruptedAt: undefined,
  fate: 'before',
});

const rotated = [done('stage'), done('whole rotation')];
const moved = [...rotated, done('consumers restart'), done('consumer reads')];

/** Random operations seldom come far by themselves: a part of the walks begins where a rotation has got to. */
const operations = fc
  .tuple(
    fc.constantFrom(
      [],
      [],
      rotated,
      moved,
      [...moved, done('wait', 3), done('examine')],
      [...rotated, done('deactivate old'), done('examine')],
      [...moved, done('deactivate old'), done('examine')],
    ),
    fc.array(operation, { minLength: 10, maxLength: 30 }),
  )
  .map(([begun, more]) => [...begun, ...more]);

type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

const steps: readonly RotationStep[] = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/** One secret, its issuer, two consumers, and everything that may happen to them. */
class World {
  /** AWS's clock. */
  time = Date.UTC(2026, 10, 24);
  /** By how much our own clock is off. */
  skew = 0;
  readonly issuer = new Issuer('seed');
  readonly secret: OneSecret;
  readonly records = new OneRecord();
  readonly readers = new Readers();
  readonly policy: RotationPolicy;
  taskStarted = this.time;
  /** Version whose key each consumer holds. */
  readonly holds: { injected: string; runtime: string };
  promotions = 0;
  /** Switches that the suite made and that are not over: both versions must stay readable. */
  unproven: { readonly old: string; readonly next: string } | undefined;
  /** Whether an attempt has failed and nothing has succeeded since. */
  failed = false;
  provenAtBegin = 0;

  constructor(mode: 'staged' | 'minted') {
    this.secret = new OneSecret(
      JSON.stringify({ api_key: this.issuer.make(), api_key_name: 'first', sender: 'ACME' }),
      () => this.time,
    );
    this.policy = rotationPolicy({
      provider: 'clockwork',
      mode,
      every: '90d',
      warn: '14d',
      grace: '5d',
      field: 'api_key',
    }) as RotationPolicy;
    this.holds = { injected: firstVersion, runtime: firstVersion };
    this.secret.onPromotion = (to) => {
      const text = this.secret.textOf(to) ?? '{}';
      const { api_key: key } = JSON.parse(text);
      // Whatever became current had just been seen to work.
      mustBe(this.issuer.proven.includes(key, this.provenAtBegin), 'what becomes current was seen to work');
      this.promotions += 1;
      this.unproven = { old: this.secret.labels.get('AWSCURRENT') ?? '', next: to };
    };
  }

  ports(interruptions: Interruptions) {
    return {
      secrets: interruptible(this.secret as OneSecret, interruptions),
      provider: interruptibleProvider(this.issuer, interruptions),
      policy: this.policy,
      records: interruptible(this.records as OneRecord, interruptions),
      credentials: async () => ({ username: 'u', password: 'p' }),
      clock: { now: () => this.time + this.skew },
    };
  }

  /** Where the rotation stands by all that is known: the issuer is not asked, and what is remembered stays as it is. */
  async phase(): Promise<Phase> {
    return lifeOf(await this.examine(noneOf, { readOnly: true }), this.time + this.skew);
  }

  async examine(
    interruptions: Interruptions,
    instead: Partial<ExamineDependencies> = {},
  ): Promise<RotationState> {
    return examineRotation(arn, {
      ...this.ports(interruptions),
      readers: this.readers,
      running: { startsOf: async () => ({ starts: [this.taskStarted] }) },
      contract: { clauses },
      settings: defaultSettings,
      ownRoles: [],
      ...instead,
    });
  }
}

/** A probe never throws: where the process ends there, it ends. */
const interruptibleProvider = (issuer: Issuer, interruptions: Interruptions) => ({
  title: issuer.title,
  dashboard: issuer.dashboard,
  shapeProblem: issuer.shapeProblem,
  probe: interruptible(issuer, { at: (call) => crashOnly(interruptions.at(call)) }).probe,
  mint: interruptible(issuer, { at: (call) => crashOnly(interruptions.at(call)) }).mint,
});

const crashOnly = (fate: ReturnType<Interruptions['at']>) => (fate === 'throttled' ? 'before' : fate);

const interruptionsOf = ({ interruptedAt, fate }: Operation): Interruptions => {
  let calls = 0;
  return {
    at: () => {
      calls += 1;
      return interruptedAt !== undefined && calls - 1 === interruptedAt ? fate : 'none';
    },
  };
};

async function take(world: World, operation: Operation): Promise<void> {
  const interruptions = interruptionsOf(operation);
  const { which } = operation;
  const ports = world.ports(interruptions);
  const { secret, issuer } = world;
  const step = (token: string, name: RotationStep) => takeStep({ step: name, secretId: arn, token }, ports);
  switch (operation.kind) {
    case 'start':
      await startRotation(arn, ports);
      return;
    case 'step': {
      const token = secret.started.at(-1 - (which % 3));
      if (token) await step(token, steps[which % 4] ?? 'finishSecret');
      return;
    }
    case 'whole rotation': {
      const token = await secret.rotate().catch(() => secret.started.at(-1));
      if (!token) return;
      for (const name of steps) await step(token, name);
      return;
    }
    case 'stage':
      await stageKey(
        arn,
        { key: issuer.make(), name: `key-${which}` },
        { ...ports, newToken: secret.newToken },
      );
      return;
    case 'stage wrongly': {
      const current = JSON.parse(secret.textOf(secret.labels.get('AWSCURRENT')) ?? '{}').api_key ?? '';
      const dead = issuer.make();
      issuer.alive.delete(dead);
      const wrong = [
        { kind: 'text', text: JSON.stringify({ api_key: 'no key' }) },
        { kind: 'text', text: JSON.stringify({ api_key: current }) },
        { kind: 'text', text: JSON.stringify({ api_key: issuer.make('2002') }) },
        { kind: 'text', text: JSON.stringify({ other: 'field' }) },
        { kind: 'binary' },
        { kind: 'text', text: JSON.stringify({ api_key: dead }) },
      ] as const;
      secret.putByHand(wrong[which % wrong.length] ?? wrong[0], 'CLOCKWORK_NEXT');
      return;
    }
    case 'put outside':
      secret.putByHand({ kind: 'text', text: JSON.stringify({ api_key: issuer.make() }) }, 'AWSCURRENT');
      return;
    case 'cancel': {
      const pending = secret.labels.get('AWSPENDING');
      if (pending && pending !== secret.labels.get('AWSCURRENT')) {
        await secret.moveStage(arn, 'AWSPENDING', { from: pending });
      }
      return;
    }
    case 'roll back':
      await rollBack(arn, 'the new key is throttled', ports);
      return;
    case 'ask': {
      const current = secret.labels.get('AWSCURRENT') ?? null;
      const described = await secret.describe(arn);
      await world.records.update(arn, (record) =>
        askForRotation(observe(record, described, world.time), described, current, {
          by: 'anika',
          at: world.time,
        }),
      );
      return;
    }
    case 'close': {
      // Of twelve, so that most walks go on to a proof.
      if (which > 2) return;
      const before = world.records.record;
      await world.records.update(arn, (record) =>
        closeUnproven(record, { by: 'anika', reason: 'the issuer is gone', at: world.time }),
      );
      // From here on the old key is the person's.
      if (world.records.record !== before) world.unproven = undefined;
      return;
    }
    case 'examine':
      await world.examine(interruptions);
      return;
    case 'deactivate old': {
      const old = world.records.record?.oldVersion ?? undefined;
      const text = secret.textOf(old);
      if (text) issuer.alive.delete(JSON.parse(text).api_key);
      return;
    }
    case 'deactivate any': {
      const key = [...issuer.alive.keys()][which];
      if (key) issuer.alive.delete(key);
      return;
    }
    case 'issuer':
      issuer.mood = (['well', 'well', 'well', 'away', 'locked', 'unclear'] as const)[which % 6] ?? 'well';
      return;
    case 'consumers restart':
      world.taskStarted = world.time;
      world.holds.injected = secret.labels.get('AWSCURRENT') ?? '';
      return;
    case 'consumer reads': {
      const stage = which === 0 ? 'AWSPREVIOUS' : 'AWSCURRENT';
      const version = secret.labels.get(stage);
      if (!version) return;
      world.holds.runtime = version;
      await world.readers.record([
        {
          secret: await secret.describe(arn),
          principal: reader,
          kind: 'role',
          account: '111122223333',
          asked: stage,
          time: world.time,
        },
      ]);
      return;
    }
    case 'wait':
      world.time += [minuteMs, hourMs, dayMs, 6 * dayMs, 80 * dayMs][which % 5] ?? 0;
      return;
    case 'clock change':
      world.skew = (which - 6) * 10 * minuteMs;
      return;
  }
}

const known = [RotationRefusedError, RotationDelayedError, SecretConflictError, Interruption];

async function walk(
  mode: 'staged' | 'minted',
  operations: readonly Operation[],
  onStep: (from: Phase, to: Phase) => void,
): Promise<World> {
  const world = new World(mode);
  await world.examine(noneOf);
  let phase = await world.phase();
  for (const operation of operations) {
    world.time += 2_000;
    world.provenAtBegin = world.issuer.proven.length;
    const before = world.promotions;
    let failure: unknown;
    try {
      await take(world, operation);
    } catch (error) {
      failure = error;
      const isKnown =
        known.some((kind) => error instanceof kind) || (error as Error).name === 'ThrottlingException';
      if (!isKnown) throw error;
    }
    holdsThroughout(world);
    if (world.promotions > before) world.failed = false;
    await seesWhatHappened(world, failure, operation);
    const next = await world.phase();
    onStep(phase, next);
    phase = next;
  }
  return world;
}

const noneOf: Interruptions = { at: () => 'none' };

/** As `expect` does, which takes longer than a whole walk where it is asked a million times. */
function mustBe(holds: boolean, what: string): void {
  if (!holds) throw new Error(`does not hold: ${what}`);
}

/** What no interruption, repetition, operator or outage may break. */
function holdsThroughout(world: World): void {
  const { secret, records, unproven, issuer } = world;
  const { record } = records;
  // One current version, and its value is there.
  const current = secret.labels.get('AWSCURRENT');
  mustBe(secret.versions_.get(current ?? '')?.value !== undefined, 'the current version has a value');
  if (unproven) {
    const isOver = record?.status === 'closed' && record.closed?.because === 'proven';
    if (isOver && record.newVersion === unproven.next) {
      // Closed only when it is proven: nobody holds the old version, and its key is dead.
      const old = secret.textOf(record.oldVersion ?? undefined);
      mustBe(!old || !issuer.alive.has(JSON.parse(old).api_key), 'a proven rotation leaves a dead old key');
      mustBe(
        world.holds.injected !== unproven.old && world.holds.runtime !== unproven.old,
        'a proven rotation leaves nobody with the old version',
      );
      world.unproven = undefined;
    } else {
      // The old key is not lost before that.
      mustBe(secret.textOf(unproven.old) !== undefined, 'the old version is readable before its proof');
      mustBe(secret.stagesOf(unproven.old).length > 0, 'the old version has a label before its proof');
    }
  }
}

/** A step that was refused or put off leaves a finding that says so, as soon as anybody looks. */
async function seesWhatHappened(world: World, failure: unknown, operation: Operation): Promise<void> {
  const isStep = operation.kind === 'step' || operation.kind === 'whole rotation';
  if (!isStep || !(failure instanceof RotationRefusedError || failure instanceof RotationDelayedError))
    return;
  if (failure.problem === 'NOT_PENDING' || operation.interruptedAt !== undefined) return;
  const state = await world.examine(noneOf);
  holdsThroughout(world);
  if (state.record?.status !== 'open') return;
  const said = sayers.some(
    (check) =>
      typeof check.judge(state as never, check.params.parse({}) as never, world.time + world.skew) ===
      'object',
  );
  mustBe(said, `a finding says of ${failure.problem} what happened`);
}

const sayers = checks.filter(({ id }) => id === 'rotation-due' || id === 'rotation-blocked');

const edge = ({ from, to }: Pick<Transition, 'from' | 'to'>) => `${from} -> ${to}`;

/** `npm test` walks a while; `npm run test:walks` 5,000 times in each mode. */
const walks = Number(process.env['WALKS'] ?? 500);
const isWhole = walks >= 5_000;

/** Walks through rotations of one mode; both modes have a file of their own, so that they run at the same time. */
export function describeWalks(mode: 'staged' | 'minted'): void {
  describe(`a ${mode} rotation, whatever happens`, () => {
    const seen = new Set<string>();

    it(`${walks} walks never have two current keys, an untested current one, or lose the old one before its proof`, async () => {
      let promoted = 0;
      let proven = 0;
      await fc.assert(
        fc.asyncProperty(operations, async (operations) => {
          const world = await walk(mode, operations, (from, to) => {
            if (from !== to) seen.add(edge({ from, to }));
          });
          promoted += world.promotions;
          proven += world.records.record?.story.some(({ what }) => what.startsWith('proven')) ? 1 : 0;
        }),
        { numRuns: walks, seed: 20261124 },
      );
      // The walks do go through rotations: an invariant about nothing would hold too.
      expect(promoted).toBeGreaterThan(walks / 10);
      expect(proven).toBeGreaterThan(walks / 500);
    }, 120_000);

    it('changes its phase as the table of its life says', () => {
      const all = transitions.map(edge);
      expect(all).toEqual([...new Set(all)]);
      expect([...seen].filter((each) => !all.includes(each))).toEqual([]);
      const reached = new Set(transitions.flatMap(({ from, to }) => [from, to]));
      expect([...reached].sort()).toEqual(Object.keys(phases).sort());
    });

    if (isWhole) {
      it('each change of phase in the table was seen', () => {
        const expected = transitions.filter(({ isSeldom }) => !isSeldom).map(edge);
        expect(expected.filter((each) => !seen.has(each))).toEqual([]);
      });
    }
  });
}
