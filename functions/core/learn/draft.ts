import { type SecretRef, secretKey } from '../model/access-event.ts';
import type { Networks } from '../model/named-settings.ts';
import { compareText } from '../order.ts';
import { type DraftClause, draftClause, type IdentityTerms } from './draft-clause.ts';
import { frequencyOf } from './evidence-text.ts';
import { type DraftCalendar, guessHours } from './hours.ts';
import { type DraftNetwork, type NetworkNames, nameNetworks } from './network-names.ts';
import { identityKey, isPeople, type LearnedIdentity, type SecretUse, Use, type UseHistory } from './uses.ts';
import { locate } from './whereabouts.ts';

export interface DraftOptions {
  /** IANA zone in which the hours of people are looked for; without it no hours are drafted. */
  readonly zone?: string;
  /** Names that the settings have already, so that drafted clauses use them. */
  readonly networks?: Networks;
}

/** Secrets that have the same clauses, in one account and Region. */
export interface DraftEntry {
  readonly secrets: readonly SecretRef[];
  /** The name alone would not tell them apart. */
  readonly needsRegion: boolean;
  readonly clauses: readonly DraftClause[];
  /** Instead of clauses. */
  readonly undecided: readonly string[];
}

export interface Draft {
  readonly history: UseHistory;
  readonly entries: readonly DraftEntry[];
  /** Secrets whose use is too thin for any clause. */
  readonly uncontracted: readonly { readonly secret: SecretRef; readonly undecided: readonly string[] }[];
  readonly networks: readonly DraftNetwork[];
  readonly calendars: readonly DraftCalendar[];
  readonly names: NetworkNames;
  /** Of an identity of the history. */
  terms(identity: LearnedIdentity): IdentityTerms;
}

/** Drafts what a history carries; the same for the same history. */
export function draftContracts(history: UseHistory, { zone, networks = {} }: DraftOptions): Draft {
  const drafting = createDrafting(history, zone, networks);
  const bySecret = Map.groupBy(history.uses, ({ secret }) => secretKey(secret));
  const regions = Map.groupBy(
    [...bySecret.values()].flatMap(([first]) => (first ? [first.secret] : [])),
    ({ account, name }) => `${account} ${name}`,
  );
  const entries: DraftEntry[] = [];
  const uncontracted: { secret: SecretRef; undecided: string[] }[] = [];
  for (const uses of bySecret.values()) {
    const [first] = uses;
    if (!first) continue;
    const { secret } = first;
    const drafted = uses.filter(({ use }) => use.count > 0).map(drafting.draft);
    const clauses = withOwnIds(drafted.flatMap((each) => (each.kind === 'clause' ? [each] : [])));
    const undecided = [
      ...drafted.flatMap((each) => (each.kind === 'undecided' ? [each.todo] : [])),
      ...unnamedQuestions(history, secret),
    ];
    if (clauses.length === 0) {
      if (undecided.length > 0) uncontracted.push({ secret, undecided });
      continue;
    }
    const needsRegion = (regions.get(`${secret.account} ${secret.name}`)?.length ?? 0) > 1;
    entries.push({ secrets: [secret], needsRegion, clauses, undecided });
  }
  const kept = together(entries);
  return {
    history,
    entries: kept,
    uncontracted,
    networks: drafting.usedNetworks(kept),
    calendars: drafting.usedCalendars(kept),
    names: drafting.names,
    terms: drafting.terms,
  };
}

function createDrafting(history: UseHistory, zone: string | undefined, present: Networks) {
  const whereabouts = locate(history);
  const identities = new Map(history.uses.map(({ identity }) => [identityKey(identity), identity]));
  const placed = [...identities.values()].flatMap((identity) => {
    const where = whereabouts.of(identity);
    return where.kind === 'places' ? [{ identity, places: where.places }] : [];
  });
  const names = nameNetworks(placed, whereabouts, present);
  const remembered = new Map<string, IdentityTerms>();
  const terms = (identity: LearnedIdentity): IdentityTerms => {
    const key = identityKey(identity);
    const known = remembered.get(key);
    if (known) return known;
    const where = whereabouts.of(identity);
    const use = history.identities.get(key);
    const hours = zone !== undefined && isPeople(identity) && use ? guessHours(use, zone) : undefined;
    const made: IdentityTerms = {
      ...(where.kind === 'any'
        ? { from: 'any', whyAny: where.why }
        : { from: [...new Set(where.places.map((tally) => names.nameOf(identity, tally)))] }),
      ...(hours && { hours }),
    };
    remembered.set(key, made);
    return made;
  };
  return {
    names,
    terms,
    draft: (use: SecretUse) => draftClause(use, terms(use.identity)),
    usedNetworks(entries: readonly DraftEntry[]): DraftNetwork[] {
      const used = new Set(entries.flatMap(({ clauses }) => clauses.flatMap(({ clause }) => clause.from)));
      return names.drafted.filter(({ name }) => used.has(name)).sort((a, b) => compareNames(a.name, b.name));
    },
    usedCalendars(entries: readonly DraftEntry[]): DraftCalendar[] {
      const used = new Set(entries.flatMap(({ clauses }) => clauses.map(({ clause }) => clause.hours)));
      const all = [...remembered.values()].flatMap(({ hours }) => hours ?? []);
      return [...new Map(all.map((calendar) => [calendar.name, calendar])).values()]
        .filter(({ name }) => used.has(name))
        .sort((a, b) => compareText(a.name, b.name));
    },
  };
}

/** `nat-2` before `nat-10`. */
function compareNames(a: string, b: string): number {
  const [, baseA = a, numberA = '0'] = /^(.*?)-?(\d{1,6})$/.exec(a) ?? [];
  const [, baseB = b, numberB = '0'] = /^(.*?)-?(\d{1,6})$/.exec(b) ?? [];
  return compareText(baseA, baseB) || Number(numberA) - Number(numberB) || compareText(a, b);
}

/** A role, a user and a permission set may share a name, and so may roles of two accounts. */
function withOwnIds(clauses: readonly DraftClause[]): DraftClause[] {
  const taken = new Set<string>();
  return clauses.map((drafted) => {
    const { clause, identity } = drafted;
    const wishes = [
      clause.id,
      `${clause.id}-${identity.kind}`,
      `${clause.id}-${identity.kind}-${identity.account}`,
    ];
    const id = wishes.find((wish) => !taken.has(wish)) ?? `${clause.id}-${taken.size + 1}`;
    taken.add(id);
    return { ...drafted, clause: { ...clause, id } };
  });
}

const unnamedQuestions = (history: UseHistory, secret: SecretRef): string[] =>
  history.unnamed
    .filter((use) => secretKey(use.secret) === secretKey(secret))
    .map(
      ({ actor, tally }) =>
        `${actor.kind} ${actor.principal} used it ${frequencyOf(tally)}: no clause can name it; give it a role, or take the access away`,
    );

/** Entries without questions whose clauses are the same become one, which names all their secrets. */
function together(entries: readonly DraftEntry[]): DraftEntry[] {
  const groups = Map.groupBy(entries, ({ secrets, needsRegion, clauses, undecided }, index) => {
    const [secret] = secrets;
    return undecided.length > 0
      ? String(index)
      : JSON.stringify([
          secret?.account,
          needsRegion ? secret?.region : '',
          clauses.map(({ clause }) => clause),
        ]);
  });
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const clauses = first.clauses.map((drafted, index) => {
      if (others.length === 0) return drafted;
      const use = new Use();
      for (const { clauses: same } of [first, ...others]) {
        const each = same[index];
        if (each) use.include(each.use);
      }
      const todos = [first, ...others].flatMap((entry) => entry.clauses[index]?.todos ?? []);
      return { ...drafted, use, todos: [...new Set(todos)] };
    });
    return [{ ...first, secrets: [first, ...others].flatMap(({ secrets }) => secrets), clauses }];
  });
}
