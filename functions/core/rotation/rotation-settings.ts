import type { SettingsProblem } from '../contracts/consistency.ts';
import { durationMs } from '../contracts/duration.ts';
import { namesOf } from '../contracts/entries.ts';
import { isGlob } from '../contracts/glob.ts';
import { instead } from '../contracts/nearest-name.ts';
import type { ContractSettings, Rotation } from '../model/contract-settings.ts';
import type { KeyProviders } from '../model/key-provider-settings.ts';

export const clockworkProvider = 'clockwork';

/**
 * What the parts of the settings that rotate keys have wrong in the light of each other. The roles that rotate may read
 * exactly the secrets that are named here, so these are named in full.
 */
export function rotationProblems(
  { defaults, secrets }: ContractSettings,
  keyProviders: KeyProviders,
): SettingsProblem[] {
  const names = [clockworkProvider, ...Object.keys(keyProviders)];
  return [
    ...(defaults.rotation?.provider === undefined
      ? []
      : [
          {
            path: ['defaults', 'rotation', 'provider'],
            message: 'has no place in defaults: a provider is named where the secret is',
          },
        ]),
    ...secrets.flatMap((entry, index) => {
      const { rotation } = entry;
      if (rotation?.provider === undefined) return [];
      const place = ['secrets', index, 'rotation'];
      const patterns = namesOf(entry);
      return [
        ...(names.includes(rotation.provider)
          ? []
          : [
              {
                path: [...place, 'provider'],
                message: `there is no key provider ${rotation.provider}${instead(rotation.provider, names)}`,
              },
            ]),
        ...(patterns.length === 0 || patterns.some(isGlob)
          ? [
              {
                path: [...place, 'provider'],
                message:
                  'needs secrets that are named in full: match.name without *, because the roles that rotate may read no other',
              },
            ]
          : []),
        ...everyProblems(rotation, [...place, 'every']),
        ...mintProblems(rotation, [...place, 'mode']),
      ];
    }),
  ];
}

const hourMs = 3_600_000;

/** The bounds of https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html */
function everyProblems({ every }: Rotation, path: readonly PropertyKey[]): SettingsProblem[] {
  const ms = every === undefined ? undefined : durationMs(every);
  if (ms === undefined) return [];
  if (ms < 4 * hourMs) return [{ path, message: 'Secrets Manager rotates every 4 hours at the most often' }];
  return ms > 999 * 24 * hourMs
    ? [{ path, message: 'Secrets Manager rotates every 999 days at the least often' }]
    : [];
}

function mintProblems(rotation: Rotation, path: readonly PropertyKey[]): SettingsProblem[] {
  if (rotation.mode !== 'minted') return [];
  if (rotation.provider !== clockworkProvider) {
    return [{ path, message: 'only clockwork makes keys when asked; others are staged by a person' }];
  }
  return rotation.accountSecret === undefined
    ? [{ path, message: "minted needs accountSecret, the secret with the account's username and password" }]
    : [];
}
