import type { Clause } from '../../../functions/core/model/contract-clause.ts';
import { defaultSettings } from '../../../functions/core/model/settings.ts';
import { examineRotation } from '../../../functions/core/rotation/examine-rotation.ts';
import { type RotationPolicy, rotationPolicy } from '../../../functions/core/rotation/rotation-policy.ts';
import { type RotationStep, rotationSteps } from '../../../functions/core/rotation/rotation-request.ts';
import { stageKey } from '../../../functions/core/rotation/stage-key.ts';
import { startRotation } from '../../../functions/core/rotation/start-rotation.ts';
import type { StepDependencies } from '../../../functions/core/rotation/step-dependencies.ts';
import { takeStep } from '../../../functions/core/rotation/steps.ts';
import { Issuer } from './issuer.ts';
import { OneRecord, Readers } from './memory-stores.ts';
import { arn, OneSecret } from './secrets-manager.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** One secret that is rotated, its issuer, what is remembered of it, and what runs: all in memory, with a clock to set. */
export function rotatedSecret({
  mode = 'staged',
  clauses = [],
  text = (key: string): string => JSON.stringify({ api_key: key, api_key_name: 'first', sender: 'ACME' }),
}: {
  readonly mode?: 'staged' | 'minted';
  readonly clauses?: readonly Clause[];
  readonly text?: (key: string) => string;
} = {}) {
  const clock = { time: Date.UTC(2026, 10, 24, 9), now: () => clock.time };
  const issuer = new Issuer('seed');
  const firstKey = issuer.make();
  const secret = new OneSecret(text(firstKey), clock.now);
  const records = new OneRecord();
  const readers = new Readers();
  const running = new Map<string, readonly number[]>();
  const policy = rotationPolicy({ provider: 'clockwork', mode, field: 'api_key' }) as RotationPolicy;
  const ports: StepDependencies = {
    secrets: secret,
    provider: issuer,
    policy,
    records,
    credentials: async () => ({ username: 'u', password: 'p' }),
    clock,
  };
  const step = (name: RotationStep, token: string) => takeStep({ step: name, secretId: arn, token }, ports);
  return {
    clock,
    issuer,
    firstKey,
    secret,
    records,
    readers,
    running,
    policy,
    ports,
    step,
    current: () => secret.labels.get('AWSCURRENT') ?? '',
    currentKey: () => JSON.parse(secret.textOf(secret.labels.get('AWSCURRENT')) ?? '{}').api_key,
    stage: (key = issuer.make(), name: string | null = 'second') =>
      stageKey(arn, { key, name }, { ...ports, newToken: secret.newToken }),
    start: () => startRotation(arn, ports),
    async rotate(): Promise<string> {
      clock.time += minuteMs;
      const token = await secret.rotate();
      for (const name of rotationSteps) await step(name, token);
      return token;
    },
    examine: () =>
      examineRotation(arn, {
        ...ports,
        readers,
        running: {
          startsOf: async ({ name }) => ({ starts: running.get(name) ?? [] }),
        },
        contract: { clauses },
        settings: defaultSettings,
        ownRoles: [],
      }),
  };
}

/** A clause with what uses the value. */
export const consumerClause = (id: string, consumer: NonNullable<Clause['consumer']>, role = id): Clause => ({
  id,
  role,
  actions: ['read'],
  from: 'any',
  consumer,
});
