import type { AppliedContract } from '../core/contracts/applied-contract.ts';
import type { RotatedSecret } from '../core/model/rotated-secrets.ts';
import type { Settings } from '../core/model/settings.ts';
import type {
  Clock,
  KeyProvider,
  ReaderStore,
  RotationStore,
  RunningConsumers,
  SecretStore,
} from '../core/ports.ts';
import { type ExamineDependencies, examineRotation } from '../core/rotation/examine-rotation.ts';
import type { RotationState } from '../core/rotation/rotation-state.ts';
import type { StepDependencies } from '../core/rotation/step-dependencies.ts';
import { accountCredentials } from './account-credentials.ts';
import { createKeyProvider } from './key-providers.ts';

export interface RotationPortsOptions {
  readonly settings: Settings;
  readonly secrets: SecretStore;
  readonly records: RotationStore;
  readonly readers: ReaderStore;
  readonly running: RunningConsumers;
  /** Roles of the suite that read the secrets. */
  readonly ownRoles: readonly string[];
  readonly clock: Clock;
}

/** What the core's rotation needs, for each secret that is rotated: one for `rotate`, `enforce` and the command line. */
export interface RotationPorts {
  providerOf(target: RotatedSecret): KeyProvider;
  stepsOf(target: RotatedSecret): StepDependencies;
  examine(target: RotatedSecret, contract: Pick<AppliedContract, 'clauses'>): Promise<RotationState>;
}

export function createRotationPorts(options: RotationPortsOptions): RotationPorts {
  const { settings, secrets, records, clock } = options;
  const providers = new Map<string, KeyProvider>();
  const providerOf = ({ policy }: RotatedSecret): KeyProvider => {
    const known = providers.get(policy.provider) ?? createKeyProvider(policy.provider, settings);
    providers.set(policy.provider, known);
    return known;
  };
  return {
    providerOf,
    stepsOf(target) {
      const { accountSecret } = target.entry.rotation ?? {};
      return {
        secrets,
        records,
        clock,
        policy: target.policy,
        provider: providerOf(target),
        ...(accountSecret !== undefined && {
          credentials: () => accountCredentials(secrets, accountSecret),
        }),
      };
    },
    examine(target, contract) {
      const dependencies: ExamineDependencies = {
        ...options,
        contract,
        policy: target.policy,
        provider: providerOf(target),
      };
      return examineRotation(target.secretId, dependencies);
    },
  };
}
