import { SecretConflictError, SecretNotFoundError } from '../../../functions/core/errors.ts';
import type { SecretDescription, SecretVersion } from '../../../functions/core/model/secret-state.ts';
import type { SecretStore } from '../../../functions/core/ports.ts';

export const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:sms/clockwork-AbCdEf';

/** Ids that begin alike, as those may that a caller of Secrets Manager chooses. */
const versionId = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const firstVersion = versionId(0);

interface Version {
  readonly id: string;
  value: { readonly kind: 'text'; readonly text: string } | { readonly kind: 'binary' } | undefined;
  readonly created: number;
}

/** Secrets Manager with one secret, in memory: its labels move as AWS documents it ("UpdateSecretVersionStage", "Rotation"). */
export class OneSecret implements SecretStore {
  readonly versions_ = new Map<string, Version>();
  readonly labels = new Map<string, string>();
  rotationEnabled = true;
  /** Tokens of the rotations that were started. */
  readonly started: string[] = [];
  /** Called before AWSCURRENT moves. */
  onPromotion: (to: string) => void = () => {};
  #made = 0;

  readonly now: () => number;
  #lastChanged: number;

  /**
   * @param now AWS's clock
   * @param first id of the version that is there
   */
  constructor(text: string, now: () => number, first = firstVersion) {
    this.now = now;
    this.#lastChanged = now();
    this.#add(first, { kind: 'text', text });
    this.labels.set('AWSCURRENT', first);
  }

  #add(id: string, value: Version['value']): void {
    this.versions_.set(id, { id, value, created: this.now() });
  }

  newToken: () => string = () => {
    this.#made += 1;
    return versionId(this.#made);
  };

  stagesOf(id: string): string[] {
    return [...this.labels].flatMap(([stage, version]) => (version === id ? [stage] : []));
  }

  /** AWS deletes versions without a label after a while; here at once, so that a lost label shows. */
  #forget(): void {
    for (const id of this.versions_.keys()) {
      if (this.stagesOf(id).length === 0) this.versions_.delete(id);
    }
  }

  #move(stage: string, to: string): void {
    const from = this.labels.get(stage);
    this.#lastChanged = this.now();
    this.labels.set(stage, to);
    if (stage === 'AWSCURRENT' && from !== undefined && from !== to) this.labels.set('AWSPREVIOUS', from);
    this.#forget();
  }

  async describe(secretId: string): Promise<SecretDescription> {
    if (secretId !== arn && secretId !== 'sms/clockwork')
      throw new SecretNotFoundError(`no secret ${secretId}`);
    const versions = [...this.versions_.keys()].map((id) => [id, this.stagesOf(id)] as const);
    return {
      arn,
      name: 'sms/clockwork',
      account: '111122223333',
      region: 'eu-west-1',
      tags: {},
      created: 0,
      lastChanged: this.#lastChanged,
      lastAccessed: null,
      deleted: null,
      kmsKeyId: null,
      owningService: null,
      rotation: {
        enabled: this.rotationEnabled,
        functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:rotate',
        schedule: 'rate(90 days)',
        afterDays: null,
        last: null,
        next: null,
      },
      versions: Object.fromEntries(versions),
    };
  }

  async versions(): Promise<readonly SecretVersion[]> {
    return [...this.versions_.values()].map(({ id, created }) => ({
      id,
      created,
      stages: this.stagesOf(id),
    }));
  }

  async value(_: string, of: { versionId: string } | { stage: string }) {
    const id = 'versionId' in of ? of.versionId : this.labels.get(of.stage);
    const version = id === undefined ? undefined : this.versions_.get(id);
    return version?.value && { ...version.value, versionId: version.id };
  }

  async put(_: string, { token, text, stages }: { token: string; text: string; stages: readonly string[] }) {
    const known = this.versions_.get(token);
    if (known?.value && (known.value.kind !== 'text' || known.value.text !== text)) {
      throw new SecretConflictError(`version ${token} has another value`);
    }
    if (known) known.value ??= { kind: 'text', text };
    else this.#add(token, { kind: 'text', text });
    for (const stage of stages) this.#move(stage, token);
  }

  async moveStage(_: string, stage: string, { to, from }: { to?: string; from?: string }) {
    const holder = this.labels.get(stage);
    if (from !== holder && !(from === undefined && holder === undefined)) {
      throw new SecretConflictError(`${stage} is not on ${from}`);
    }
    if (to === undefined) {
      if (stage === 'AWSCURRENT') throw new Error('AWSCURRENT cannot be taken away');
      this.labels.delete(stage);
      this.#forget();
      return;
    }
    if (!this.versions_.has(to)) throw new SecretConflictError(`there is no version ${to}`);
    if (stage === 'AWSCURRENT') this.onPromotion(to);
    this.#move(stage, to);
  }

  async rotate(): Promise<string> {
    const pending = this.labels.get('AWSPENDING');
    if (pending !== undefined && pending !== this.labels.get('AWSCURRENT')) {
      throw new SecretConflictError("A previous rotation isn't complete");
    }
    const token = this.newToken();
    this.#add(token, undefined);
    this.#move('AWSPENDING', token);
    this.started.push(token);
    return token;
  }

  /** An operator's PutSecretValue under a label, of whatever value. */
  putByHand(value: NonNullable<Version['value']>, stage: string): void {
    const id = this.newToken();
    this.#add(id, value);
    this.#move(stage, id);
  }

  textOf(id: string | undefined): string | undefined {
    const value = id === undefined ? undefined : this.versions_.get(id)?.value;
    return value?.kind === 'text' ? value.text : undefined;
  }
}
