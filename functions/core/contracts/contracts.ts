import { dayNumber } from '../history/days-seen.ts';
import { type AccessEvent, type Actor, type SecretRef, secretKey, secretsOf } from '../model/access-event.ts';
import type { ContractVerdict } from '../model/assessment.ts';
import type { ActionGroup } from '../model/contract-clause.ts';
import type { Settings } from '../model/settings.ts';
import { groupsNeeded } from './action-groups.ts';
import { type AppliedContract, createResolver } from './applied-contract.ts';
import { quoteAbsence } from './clause-text.ts';
import {
  type BoundClause,
  type ClauseTrial,
  type CompiledClause,
  createClauseCompiler,
  loudnessOf,
  permittedBy,
} from './clauses.ts';
import type { Tags } from './entries.ts';
import { describeActor } from './identities.ts';

/** What is known of secrets besides the log, by `secretKey`. */
export type SecretInventory = ReadonlyMap<string, { readonly tags: Tags }>;

export type ContractInput = Pick<
  Settings,
  'mode' | 'learned' | 'accounts' | 'networks' | 'calendars' | 'defaults' | 'secrets' | 'exceptions'
>;

export interface Contracts {
  /**
   * What the contract of the event's secret says of it; of several secrets the gravest. The same whenever it is asked:
   * hours and exceptions go by the event's own time.
   *
   * @param tags of the event's secrets, where the inventory does not hold them
   */
  judge(event: AccessEvent, tags?: Tags): ContractVerdict;
  of(secret: SecretRef, tags?: Tags): AppliedContract;
  isDecoy(secret: SecretRef): boolean;
  /** The settings name an issuer for its key. */
  isRotated(secret: SecretRef): boolean;
}

const unregulated: ContractVerdict = { outcome: 'unregulated' };

/** Pairs of secret and identity that are remembered, each below 1 KB. */
const pairsRemembered = 50_000;

interface BoundClauses extends Pick<Actor, 'kind' | 'account'> {
  readonly clauses: readonly BoundClause[];
}

interface SecretContract {
  readonly applied: AppliedContract;
  readonly clauses: readonly CompiledClause[];
  /** By principal, the clauses about it; several only where two kinds of identity have one name. */
  readonly bound: Map<string, BoundClauses[]>;
}

export function createContracts(settings: ContractInput, inventory?: SecretInventory): Contracts {
  const resolve = createResolver(settings);
  const { learned } = settings;
  const draft = learned && { learnedUntil: dayNumber(Date.parse(learned.until)) };
  const compiler = createClauseCompiler(settings);
  const known = new Map<string, SecretContract>();
  let pairs = 0;

  const contractOf = (secret: SecretRef, tags: Tags | undefined): SecretContract => {
    const key = secretKey(secret);
    const remembered = tags ? undefined : known.get(key);
    if (remembered) return remembered;
    const applied = resolve(secret, tags ?? inventory?.get(key)?.tags);
    const contract: SecretContract = {
      applied,
      clauses: applied.clauses.map((clause) => compiler.compile(clause, secret)),
      bound: new Map(),
    };
    if (!tags) {
      forgetWhenFull();
      known.set(key, contract);
    }
    return contract;
  };
  const forgetWhenFull = (): void => {
    pairs += 1;
    if (pairs <= pairsRemembered) return;
    pairs = 1;
    known.clear();
  };
  const boundTo = (contract: SecretContract, secret: SecretRef, actor: Actor): readonly BoundClause[] => {
    const { kind, account, principal } = actor;
    const sameName = contract.bound.get(principal) ?? [];
    const remembered = sameName.find((other) => other.kind === kind && other.account === account);
    if (remembered) return remembered.clauses;
    const clauses = contract.clauses
      .filter(({ isAbout }) => isAbout(actor))
      .map((clause) => clause.bind(secret, actor));
    forgetWhenFull();
    contract.bound.set(principal, [...sameName, { kind, account, clauses }]);
    return clauses;
  };

  const judgeSecret = (
    event: AccessEvent,
    secret: SecretRef,
    needed: readonly [ActionGroup, ...ActionGroup[]],
    tags: Tags | undefined,
  ): ContractVerdict => {
    const contract = contractOf(secret, tags);
    const { applied } = contract;
    if (applied.basis === 'history') return unregulated;
    if (applied.basis !== 'clauses') return { outcome: 'none-permits', ...absence(applied, event, secret) };
    const bound = boundTo(contract, secret, event.actor);
    if (bound.length === 0) {
      return {
        outcome: 'none-permits',
        quote: quoteAbsence(secret, event.actor, applied.clauses),
        ...draft,
      };
    }
    const trials = bound.map((clause) => clause.try(event, needed)).sort(compareTrials);
    const [nearest] = trials;
    if (!nearest) return unregulated;
    if (nearest.respects.length === 0) return permittedBy(loudest(nearest, trials));
    const { severity } = nearest.clause;
    return {
      outcome: 'broken',
      clause: nearest.clause.id,
      respects: nearest.respects,
      quote: compiler.quote(event, needed[0], secret, nearest),
      ...draft,
      ...(severity && { severity }),
    };
  };

  return {
    judge(event, tags) {
      const [group, ...alternatives] = groupsNeeded(event);
      if (!group) return unregulated;
      let gravest = unregulated;
      for (const secret of secretsOf(event)) {
        const verdict = judgeSecret(event, secret, [group, ...alternatives], tags);
        if (gravity(verdict) > gravity(gravest)) gravest = verdict;
      }
      return gravest;
    },
    of: (secret, tags) => contractOf(secret, tags).applied,
    isDecoy: (secret) => contractOf(secret, undefined).applied.isDecoy,
    isRotated: (secret) => contractOf(secret, undefined).applied.rotation?.provider !== undefined,
  };
}

/** The one that fails in fewest respects; of these one that needs no exception; of these the first. */
const compareTrials = (a: ClauseTrial, b: ClauseTrial): number =>
  a.respects.length - b.respects.length || Number(Boolean(a.exception)) - Number(Boolean(b.exception));

/** Of clauses that all permit, one that announces: break-glass must not hide behind a wider clause. */
function loudest(first: ClauseTrial, trials: readonly ClauseTrial[]): ClauseTrial {
  if (trials.length === 1) return first;
  return trials
    .filter(
      ({ respects, exception }) => respects.length === 0 && Boolean(exception) === Boolean(first.exception),
    )
    .reduce((loud, trial) => (loudnessOf(trial.clause) > loudnessOf(loud.clause) ? trial : loud), first);
}

function gravity(verdict: ContractVerdict): number {
  switch (verdict.outcome) {
    case 'none-permits':
      return 4;
    case 'broken':
      return 3;
    case 'permitted':
      return verdict.announce ? 2 : 1;
    case 'unregulated':
      return 0;
  }
}

function absence({ isDecoy }: AppliedContract, { actor }: AccessEvent, secret: SecretRef) {
  const who = describeActor(actor, secret.account);
  return isDecoy
    ? { quote: `${secret.name} is a decoy, which nobody has a reason to touch; this was ${who}` }
    : { quote: `No contract is written for ${secret.name}, and defaults.unmatched is deny; this was ${who}` };
}
