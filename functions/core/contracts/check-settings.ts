import { checks } from '../checks/index.ts';
import { detectors } from '../detectors/index.ts';
import type { ContractSettings } from '../model/contract-settings.ts';
import type { Settings } from '../model/settings.ts';
import { openSettings, type SettingsSource } from '../model/settings-source.ts';
import type { SettingsProblem } from './consistency.ts';
import { containedClauses, ineffectiveEntries, rivalEntries } from './doubtful-entries.ts';
import { namesOf } from './entries.ts';
import { isGlob, matchesGlob } from './glob.ts';
import type { InventoriedSecret } from './inventory.ts';
import { instead } from './nearest-name.ts';

export interface SettingsCheck {
  /** Milliseconds. */
  readonly now: number;
  readonly inventory?: ReadonlyMap<string, InventoriedSecret>;
}

/**
 * What is allowed in settings and probably not meant, each as `path:line: what`.
 *
 * @param settings what `parseSettings` made of the text
 */
export function checkSettings(
  settings: Settings,
  text: string,
  path: string,
  { now, inventory }: SettingsCheck,
): string[] {
  const source = openSettings(text, path);
  return [
    ...(inventory ? unknownSecrets(settings, [...inventory.values()]) : []),
    ...ended(settings, now),
    ...unknownDetectors(settings),
    ...rivalEntries(settings, inventory, source),
    ...ineffectiveEntries(settings, inventory, source),
    ...containedClauses(settings, source),
  ]
    .map((problem) => ({ problem, line: lineOf(problem, source) }))
    .sort((a, b) => a.line - b.line)
    .map(({ problem }) => source.describe(problem.path, problem.message));
}

const lineOf = ({ path }: SettingsProblem, source: SettingsSource): number =>
  source.line(path) ?? Number.POSITIVE_INFINITY;

function unknownSecrets(settings: ContractSettings, known: readonly InventoriedSecret[]): SettingsProblem[] {
  const names = [...new Set(known.map(({ secret }) => secret.name))];
  const unknown = (pattern: string | undefined, path: readonly PropertyKey[]): SettingsProblem[] => {
    if (pattern === undefined || names.some((name) => matchesGlob(pattern, name))) return [];
    const what = isGlob(pattern) ? `matches ${pattern}` : `is named ${pattern}`;
    return [{ path, message: `no secret of the inventory ${what}${instead(pattern, names)}` }];
  };
  return [
    ...settings.secrets.flatMap((entry, index) => {
      const place = ['secrets', index, 'match', 'name'];
      return namesOf(entry).flatMap((pattern, position) =>
        unknown(pattern, Array.isArray(entry.match.name) ? [...place, position] : place),
      );
    }),
    ...settings.exceptions.flatMap(({ secret }, index) => unknown(secret, ['exceptions', index, 'secret'])),
    ...settings.suppressions.flatMap(({ match }, index) =>
      unknown(match.secret, ['suppressions', index, 'match', 'secret']),
    ),
  ];
}

const ended = ({ exceptions, suppressions }: ContractSettings, now: number): SettingsProblem[] =>
  Object.entries({ exceptions, suppressions }).flatMap(([list, items]) =>
    items.flatMap(({ until }, index) =>
      Date.parse(until) < now
        ? [
            {
              path: [list, index, 'until'],
              message: `ended at ${until}: take it out, or renew it with its reason`,
            },
          ]
        : [],
    ),
  );

/** Made by the engine itself, for a detector that threw. */
const ofTheEngine = 'detector-error';

function unknownDetectors({ suppressions }: ContractSettings): SettingsProblem[] {
  const ids: string[] = [...detectors, ...checks].map(({ id }) => id).concat(ofTheEngine);
  return suppressions.flatMap(({ match: { detector } }, index) =>
    detector === undefined || ids.includes(detector)
      ? []
      : [
          {
            path: ['suppressions', index, 'match', 'detector'],
            message: `there is no detector ${detector}${instead(detector, ids)}`,
          },
        ],
  );
}
