import { SettingsError } from '../core/errors.ts';
import type { Settings } from '../core/model/settings.ts';
import type { KeyProvider } from '../core/ports.ts';
import { clockworkProvider } from '../core/rotation/rotation-settings.ts';
import { createClockworkKeyProvider } from './clockwork-key-provider.ts';
import type { IssuerOptions } from './issuer-request.ts';
import { createManualKeyProvider } from './manual-key-provider.ts';

/**
 * The issuer that a secret's `rotation.provider` names.
 *
 * @throws SettingsError where there is none of that name
 */
export function createKeyProvider(
  name: string,
  settings: Pick<Settings, 'clockwork' | 'keyProviders'>,
  options: IssuerOptions = {},
): KeyProvider {
  if (name === clockworkProvider) return createClockworkKeyProvider({ ...settings.clockwork, ...options });
  const described = Object.hasOwn(settings.keyProviders, name) ? settings.keyProviders[name] : undefined;
  if (!described) throw new SettingsError([`there is no key provider ${name}`]);
  return createManualKeyProvider(name, described, options);
}
