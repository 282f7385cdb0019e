import type { RotatedSecret } from '../core/model/rotated-secrets.ts';
import type { Settings } from '../core/model/settings.ts';
import type { KeyProvider } from '../core/ports.ts';
import type { StepDependencies } from '../core/rotation/step-dependencies.ts';
import { accountCredentials } from './account-credentials.ts';
import { createKeyProvider } from './key-providers.ts';

export interface RotationStepsOptions extends Pick<StepDependencies, 'secrets' | 'records' | 'clock'> {
  readonly settings: Settings;
}

/** What the core's rotation needs of each secret that is rotated; issuers are connected once. */
export function createRotationSteps(
  options: RotationStepsOptions,
): (target: RotatedSecret) => StepDependencies {
  const { settings, secrets, records, clock } = options;
  const providers = new Map<string, KeyProvider>();
  return ({ policy, entry }) => {
    const provider = providers.get(policy.provider) ?? createKeyProvider(policy.provider, settings);
    providers.set(policy.provider, provider);
    const { accountSecret } = entry.rotation ?? {};
    return {
      secrets,
      records,
      clock,
      policy,
      provider,
      ...(accountSecret !== undefined && {
        credentials: () => accountCredentials(secrets, accountSecret),
      }),
    };
  };
}
