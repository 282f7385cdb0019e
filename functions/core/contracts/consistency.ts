import type { Clause } from '../model/contract-clause.ts';
import type { ContractSettings, From, SecretEntry } from '../model/contract-settings.ts';
import { namesOf } from './entries.ts';
import { globsOverlap } from './glob.ts';
import { instead } from './nearest-name.ts';

export interface SettingsProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

type Place = readonly PropertyKey[];

/** What each part of the settings has right for itself, and wrong in the light of the others. */
export function contractProblems(settings: ContractSettings): SettingsProblem[] {
  const check = createNameCheck(settings);
  const { defaults, secrets, exceptions, suppressions } = settings;
  return [
    ...check.owner(defaults.owner, ['defaults', 'owner']),
    ...secrets.flatMap((entry, index) => entryProblems(entry, ['secrets', index], check)),
    ...exceptions.flatMap((exception, index) => {
      const place = ['exceptions', index];
      return [
        ...check.owner(exception.owner, [...place, 'owner']),
        ...check.from(exception.from, [...place, 'from']),
        ...(exception.hours === 'any' ? [] : check.calendar(exception.hours, [...place, 'hours'])),
        ...clauseOfException(settings, exception, place),
      ];
    }),
    ...suppressions.flatMap(({ owner, match }, index) => [
      ...check.owner(owner, ['suppressions', index, 'owner']),
      ...check.network(match.network, ['suppressions', index, 'match', 'network']),
    ]),
    ...repeatedIds(suppressions, 'suppression', ['suppressions']),
  ];
}

function entryProblems(entry: SecretEntry, place: Place, check: NameCheck): SettingsProblem[] {
  const clauses = entry.allow ?? [];
  return [
    ...check.account(entry.match.account, [...place, 'match', 'account']),
    ...check.owner(entry.owner, [...place, 'owner']),
    ...clauses.flatMap((clause, index) => clauseProblems(clause, [...place, 'allow', index], check)),
    ...repeatedIds(clauses, 'clause of this entry', [...place, 'allow']),
  ];
}

const clauseProblems = (clause: Clause, place: Place, check: NameCheck): SettingsProblem[] => [
  ...check.account(clause.account, [...place, 'account']),
  ...check.from(clause.from, [...place, 'from']),
  ...check.calendar(clause.hours, [...place, 'hours']),
];

interface NameCheck {
  account(name: string | undefined, place: Place): SettingsProblem[];
  calendar(name: string | undefined, place: Place): SettingsProblem[];
  network(name: string | undefined, place: Place): SettingsProblem[];
  from(from: From | undefined, place: Place): SettingsProblem[];
  owner(name: string | undefined, place: Place): SettingsProblem[];
}

function createNameCheck({ accounts, teams, networks, calendars }: ContractSettings): NameCheck {
  const named = (known: object, list: string, isOther: (name: string) => boolean = () => false) => {
    return (name: string | undefined, path: Place): SettingsProblem[] =>
      name === undefined || Object.hasOwn(known, name) || isOther(name)
        ? []
        : [{ path, message: `${list} has no ${name}${instead(name, Object.keys(known))}` }];
  };
  const network = named(networks, 'networks');
  return {
    account: named(accounts, 'accounts', (name) => /^\d{12}$/.test(name)),
    calendar: named(calendars, 'calendars'),
    network,
    from: (from, place) =>
      from === undefined || from === 'any'
        ? []
        : from.flatMap((name, index) => network(name, [...place, index])),
    owner: named(teams, 'teams', (name) => /^[^\s@]+@[^\s@]+$/.test(name)),
  };
}

function repeatedIds(
  items: readonly { readonly id: string }[],
  what: string,
  place: Place,
): SettingsProblem[] {
  const first = new Map<string, number>();
  return items.flatMap(({ id }, index) => {
    if (!first.has(id)) {
      first.set(id, index);
      return [];
    }
    return [{ path: [...place, index, 'id'], message: `another ${what} has the id ${id} already` }];
  });
}

/** A misspelled clause would leave the exception without effect, and its person without access, unnoticed. */
function clauseOfException(
  { secrets }: ContractSettings,
  { secret, clause }: ContractSettings['exceptions'][number],
  place: Place,
): SettingsProblem[] {
  const ids = secrets
    .filter((entry) => mayConcern(entry, secret))
    .flatMap(({ allow = [] }) => allow.map(({ id }) => id));
  if (ids.includes(clause)) return [];
  return [
    {
      path: [...place, 'clause'],
      message: `no entry for ${secret} has a clause ${clause}${instead(clause, ids)}`,
    },
  ];
}

/** Whether an entry may apply to a secret whose name a pattern matches. */
function mayConcern(entry: SecretEntry, secret: string): boolean {
  const names = namesOf(entry);
  return names.length === 0 || names.some((name) => globsOverlap(name, secret));
}
