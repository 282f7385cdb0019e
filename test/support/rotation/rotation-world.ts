import { createMemoryFindingStore } from '../../../functions/core/engine/memory-stores.ts';
import { type RotationPolicy, rotationPolicy } from '../../../functions/core/rotation/rotation-policy.ts';
import { takeStep } from '../../../functions/core/rotation/steps.ts';
import { Issuer } from './issuer.ts';
import { OneRecord, Readers } from './memory-stores.ts';
import { arn, OneSecret } from './secrets-manager.ts';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** As Secrets Manager makes them: their beginnings differ. */
const versionId = (count: number): string => `7f3e0a1${count}-52c6-4d7f-9b0e-3d1c5a8e4f20`;

/** One secret that is rotated, its issuer and its consumers. */
export class RotationWorld {
  time = Date.UTC(2026, 7, 24, 9, 2);
  readonly issuer = new Issuer('seed');
  readonly secret: OneSecret;
  readonly records = new OneRecord();
  readonly readers = new Readers();
  readonly findings = createMemoryFindingStore();
  /** Starts of the tasks and functions, by the consumer's name. */
  readonly starts = new Map<string, number[]>();
  readonly policy = rotationPolicy({
    provider: 'clockwork',
    mode: 'staged',
    every: '90d',
    warn: '14d',
    grace: '5d',
    field: 'api_key',
  }) as RotationPolicy;

  constructor() {
    this.secret = new OneSecret(
      JSON.stringify({ api_key: this.issuer.make(), api_key_name: 'sms-prod-2026-08', sender: 'ACME' }),
      () => this.time,
    );
    this.#renameFirst(versionId(0));
    let made = 0;
    this.secret.newToken = () => {
      made += 1;
      return versionId(made);
    };
  }

  #renameFirst(id: string): void {
    const { versions_, labels } = this.secret;
    const [first] = versions_.values();
    if (!first) return;
    versions_.delete(first.id);
    versions_.set(id, { ...first, id });
    labels.set('AWSCURRENT', id);
  }

  wait(milliseconds: number): void {
    this.time += milliseconds;
  }

  async read(role: string, account = '111122223333', asked = 'AWSCURRENT'): Promise<void> {
    await this.readers.record([
      {
        secret: await this.secret.describe(arn),
        principal: `arn:aws:iam::${account}:role/${role}`,
        kind: 'role',
        account,
        asked,
        time: this.time,
      },
    ]);
  }

  /** What the rotation function does after a start. */
  async rotate(): Promise<void> {
    const token = this.secret.started.at(-1) ?? '';
    for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const) {
      await takeStep({ step, secretId: arn, token }, this.ports());
    }
  }

  ports() {
    return {
      secrets: this.secret,
      provider: this.issuer,
      policy: this.policy,
      records: this.records,
      clock: { now: () => this.time },
    };
  }
}
