import { createContracts } from '../contracts/contracts.ts';
import { namesOf } from '../contracts/entries.ts';
import { describeActor, describeClauseIdentity, namedIdentity } from '../contracts/identities.ts';
import { createNetworkMap } from '../contracts/networks.ts';
import { type AccessEvent, type Origin, type SecretRef, secretKey } from '../model/access-event.ts';
import type { ActionGroup, Clause } from '../model/contract-clause.ts';
import type { SecretEntry } from '../model/contract-settings.ts';
import type { Settings } from '../model/settings.ts';
import { compareText } from '../order.ts';
import { type Draft, draftContracts } from './draft.ts';
import type { DraftClause } from './draft-clause.ts';
import { unusedHours } from './hours.ts';
import { harmless, isThin } from './thinness.ts';
import { accessesOf, gatherUses, identityKey, learnedIdentity, Use } from './uses.ts';

/** Accesses of one identity to one secret that its contract does not permit. */
export interface OutsideUse {
  readonly secret: SecretRef;
  readonly who: string;
  readonly use: Use;
  /** The clause about the identity, and what was met instead; none where no clause is about it. */
  readonly quote: string | undefined;
  /** A clause that would permit what is usual of it; none where the history is too thin, or no clause can name it. */
  readonly proposal: DraftClause | undefined;
}

/** What a clause permits and nobody did. */
export interface UnusedPermission {
  readonly entry: SecretEntry;
  readonly clause: Clause;
  readonly who: string;
  readonly unused:
    | { readonly kind: 'clause' }
    | { readonly kind: 'actions'; readonly actions: readonly ActionGroup[] }
    | { readonly kind: 'networks'; readonly networks: readonly string[] }
    | { readonly kind: 'hours'; readonly calendar: string; readonly usedOnly: string };
}

export interface Drift {
  readonly draft: Draft;
  readonly outside: readonly OutsideUse[];
  readonly unused: readonly UnusedPermission[];
  /** Names of `networks` from which nobody came. */
  readonly unusedNetworks: readonly string[];
  /** Secrets that were used and have no contract. */
  readonly uncontracted: readonly SecretRef[];
}

/** What has to be decided; a network that nobody uses, and secrets without a contract, are told but no drift. */
export const isDrift = ({ outside, unused }: Drift): boolean => outside.length > 0 || unused.length > 0;

/** How life differs from the contracts of the settings. */
export function findDrift(events: readonly AccessEvent[], settings: Settings): Drift {
  const draft = draftContracts(gatherUses(events), { networks: settings.networks });
  const contracts = createContracts(settings);
  const networks = networkUse(settings);
  const outside = new Map<string, Omit<OutsideUse, 'proposal'>>();
  const clauseUse = new Map<string, ClauseUse>();
  const uncontracted = new Map<string, SecretRef>();
  for (const { event, time, group, secrets } of accessesOf(events)) {
    if (event.outcome !== 'allowed') continue;
    const person = namedIdentity(event.actor)?.person;
    const identity = learnedIdentity(event.actor);
    if (identity) networks.see(identityKey(identity), event.origin);
    for (const secret of secrets) {
      const verdict = contracts.judge({ ...event, secret });
      if (verdict.outcome === 'unregulated') {
        uncontracted.set(secretKey(secret), secret);
      } else if (verdict.outcome === 'permitted') {
        const { by } = contracts.of(secret);
        const key = by.basis?.kind === 'entry' ? clauseKey(by.basis.index, verdict.clause) : '';
        const known = clauseUse.get(key) ?? { groups: new Set(), identities: new Set() };
        clauseUse.set(key, known);
        known.groups.add(group);
        if (identity) known.identities.add(identityKey(identity));
      } else {
        const who = identity ? identityKey(identity) : `${event.actor.kind} ${event.actor.principal}`;
        const key = `${secretKey(secret)}\n${who}`;
        const known = outside.get(key) ?? {
          secret,
          who: describeActor(event.actor, secret.account),
          use: new Use(),
          quote: verdict.outcome === 'broken' ? verdict.quote : undefined,
        };
        outside.set(key, known);
        known.use.see(event, time, group, person);
      }
    }
  }
  const proposals = proposalsOf(draft);
  return {
    draft,
    outside: [...outside]
      .sort(([a], [b]) => compareText(a, b))
      .map(([key, found]) => ({ ...found, proposal: isThin(found.use) ? undefined : proposals.get(key) })),
    unused: unusedPermissions(settings, clauseUse, networks, draft),
    unusedNetworks: Object.keys(settings.networks).filter((name) => !networks.isUsed(name)),
    uncontracted: [...uncontracted].sort(([a], [b]) => compareText(a, b)).map(([, secret]) => secret),
  };
}

interface ClauseUse {
  readonly groups: Set<ActionGroup>;
  readonly identities: Set<string>;
}

const clauseKey = (entry: number, clause: string): string => `${entry} ${clause}`;

/** By secret and identity, as `outside` is keyed. */
const proposalsOf = ({ entries }: Draft): Map<string, DraftClause> =>
  new Map(
    entries.flatMap(({ secrets, clauses }) =>
      secrets.flatMap((secret) =>
        clauses.map(
          (drafted) => [`${secretKey(secret)}\n${identityKey(drafted.identity)}`, drafted] as const,
        ),
      ),
    ),
  );

interface NetworkUse {
  see(identity: string, origin: Origin | null): void;
  isUsed(name: string): boolean;
  isUsedBy(identities: Iterable<string>, name: string): boolean;
}

/** From which of the named networks each identity came, whatever it used there. */
function networkUse({ networks }: Pick<Settings, 'networks'>): NetworkUse {
  const map = createNetworkMap(networks);
  const names = Object.keys(networks);
  const used = new Map<string, Set<string>>();
  const seen = new Set<string>();
  return {
    see(identity, origin) {
      if (!origin) return;
      const key = `${identity}\n${JSON.stringify(origin)}`;
      if (seen.has(key)) return;
      seen.add(key);
      const own = used.get(identity) ?? new Set();
      used.set(identity, own);
      for (const name of names) if (map.isIn(origin, [name])) own.add(name);
    },
    isUsed: (name) => [...used.values()].some((own) => own.has(name)),
    isUsedBy: (identities, name) => [...identities].some((identity) => used.get(identity)?.has(name)),
  };
}

function unusedPermissions(
  settings: Settings,
  clauseUse: ReadonlyMap<string, ClauseUse>,
  networks: NetworkUse,
  { history }: Draft,
): UnusedPermission[] {
  return settings.secrets.flatMap((entry, index) =>
    (entry.allow ?? []).flatMap((clause): UnusedPermission[] => {
      const found = (unused: UnusedPermission['unused']): UnusedPermission => ({
        entry,
        clause,
        who: describeClauseIdentity(clause),
        unused,
      });
      const used = clauseUse.get(clauseKey(index, clause.id));
      if (!used) return [found({ kind: 'clause' })];
      const actions =
        clause.actions === 'any'
          ? []
          : clause.actions.filter((group) => !harmless.has(group) && !used.groups.has(group));
      const unusedNetworks =
        clause.from === 'any' ? [] : clause.from.filter((name) => !networks.isUsedBy(used.identities, name));
      const calendar = clause.hours === undefined ? undefined : settings.calendars[clause.hours];
      const all = new Use();
      for (const identity of calendar ? used.identities : []) {
        const each = history.identities.get(identity);
        if (each) all.include(each);
      }
      const usedOnly = calendar && unusedHours(all, calendar);
      return [
        ...(actions.length > 0 ? [found({ kind: 'actions', actions })] : []),
        ...(unusedNetworks.length > 0 ? [found({ kind: 'networks', networks: unusedNetworks })] : []),
        ...(usedOnly && clause.hours !== undefined
          ? [found({ kind: 'hours', calendar: clause.hours, usedOnly })]
          : []),
      ];
    }),
  );
}

/** `billing/db`, `billing/*, payments/db`, `all secrets of account prod`. */
export function entryName({ match, ...entry }: SecretEntry): string {
  const names = namesOf({ match, ...entry });
  return names.length > 0 ? names.join(', ') : `secrets of ${match.account ?? match.region ?? 'some tags'}`;
}
