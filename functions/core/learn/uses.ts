import { groupsNeeded, isEchoInKms } from '../contracts/action-groups.ts';
import { namedIdentity } from '../contracts/identities.ts';
import { distinctEvents } from '../engine/copies.ts';
import { dayNumber } from '../history/days-seen.ts';
import { type AccessEvent, type Actor, type SecretRef, secretKey, secretsOf } from '../model/access-event.ts';
import type { ActionGroup } from '../model/contract-clause.ts';
import { compareText } from '../order.ts';
import { type PlaceTallies, placeOf, placeTally } from './places.ts';
import { countOne, Tally, tallyOf } from './tally.ts';

/** An identity as a clause names it; people are named by the permission set that they share. */
export interface LearnedIdentity {
  readonly kind: 'role' | 'user' | 'permissionSet' | 'service';
  readonly name: string;
  readonly account: string;
}

export const identityKey = ({ kind, account, name }: LearnedIdentity): string =>
  `${kind} ${kind === 'service' ? '' : account} ${name}`;

export const isPeople = ({ kind }: LearnedIdentity): boolean => kind === 'permissionSet';

/** What one identity was allowed to do with one secret, or with all of them. */
export class Use extends Tally {
  readonly groups = new Map<ActionGroup, Tally>();
  /** API calls by group, so that a person can be told which. */
  readonly calls = new Map<string, number>();
  readonly places: PlaceTallies = new Map();
  /** Calls whose place the settings cannot name. */
  elsewhere = 0;
  readonly tools = new Map<string, number>();
  /** Session names of people. */
  readonly people = new Map<string, number>();
  /** By hour since the epoch. */
  readonly hours = new Map<number, number>();
  refused = 0;

  see(event: AccessEvent, time: number, group: ActionGroup, person: string | undefined): void {
    this.add(time);
    tallyOf(this.groups, group).add(time);
    countOne(this.calls, event.eventName);
    const place = placeOf(event.origin);
    if (place && event.origin) placeTally(this.places, place).see(time, event.origin, person);
    else this.elsewhere += 1;
    countOne(this.tools, event.agent.family);
    if (person !== undefined) countOne(this.people, person);
    countOne(this.hours, Math.floor(time / hourMs));
  }

  override include(other: Use): void {
    super.include(other);
    for (const [group, tally] of other.groups) tallyOf(this.groups, group).include(tally);
    for (const [call, count] of other.calls) countOne(this.calls, call, count);
    for (const tally of other.places.values()) placeTally(this.places, tally.place).include(tally);
    this.elsewhere += other.elsewhere;
    for (const [tool, count] of other.tools) countOne(this.tools, tool, count);
    for (const [person, count] of other.people) countOne(this.people, person, count);
    for (const [hour, count] of other.hours) countOne(this.hours, hour, count);
    this.refused += other.refused;
  }
}

export const hourMs = 3_600_000;

export interface SecretUse {
  readonly secret: SecretRef;
  readonly identity: LearnedIdentity;
  readonly use: Use;
}

/** Uses by whom no clause can name: root, a federated user, another account. */
export interface UnnamedUse {
  readonly secret: SecretRef;
  readonly actor: Actor;
  readonly tally: Tally;
}

/** What a log tells about the use of secrets. */
export interface UseHistory {
  /** By secret, then identity. */
  readonly uses: readonly SecretUse[];
  /** By `identityKey`: everywhere. */
  readonly identities: ReadonlyMap<string, Use>;
  readonly unnamed: readonly UnnamedUse[];
  /** Secrets with a name that AWS does not give: forged, and nothing to write into settings. */
  readonly oddNames: number;
  /** Accesses with a time, allowed or not. */
  readonly events: number;
  /** Days, of all accesses; `undefined` where there is none. */
  readonly period: { readonly from: number; readonly until: number } | undefined;
}

/**
 * Gathers what was allowed. A refused call is no permission, and what Secrets Manager says of itself is nobody's use;
 * its use of the key on somebody's behalf is told by that somebody's own call.
 *
 * @param events in any order, each any number of times
 */
export function gatherUses(events: Iterable<AccessEvent>): UseHistory {
  const uses = new Map<string, SecretUse>();
  const unnamed = new Map<string, UnnamedUse>();
  const oddNames = new Set<string>();
  const period = new Tally();
  const useOf = (secret: SecretRef, identity: LearnedIdentity): Use => {
    const key = `${secretKey(secret)}\n${identityKey(identity)}`;
    const known = uses.get(key);
    if (known) return known.use;
    const made = { secret: plainRef(secret), identity, use: new Use() };
    uses.set(key, made);
    return made.use;
  };
  for (const { event, time, group, secrets } of accessesOf(events)) {
    const { actor, outcome } = event;
    period.add(time);
    const identity = learnedIdentity(actor);
    for (const secret of secrets) {
      if (!isSecretName(secret.name)) oddNames.add(secretKey(secret));
      else if (identity) {
        if (outcome === 'denied') useOf(secret, identity).refused += 1;
        else if (outcome === 'allowed') {
          useOf(secret, identity).see(event, time, group, namedIdentity(actor)?.person);
        }
      } else if (outcome === 'allowed') {
        const key = `${secretKey(secret)}\n${actor.kind} ${actor.principal}`;
        const known = unnamed.get(key) ?? { secret: plainRef(secret), actor, tally: new Tally() };
        unnamed.set(key, known);
        known.tally.add(time);
      }
    }
  }
  const sorted = [...uses].sort(([a], [b]) => compareText(a, b)).map(([, use]) => use);
  return {
    uses: sorted,
    identities: everywhere(sorted),
    unnamed: [...unnamed].sort(([a], [b]) => compareText(a, b)).map(([, use]) => use),
    oddNames: oddNames.size,
    events: period.count,
    period: period.count > 0 ? { from: dayNumber(period.first), until: dayNumber(period.last) } : undefined,
  };
}

export interface Access {
  readonly event: AccessEvent;
  readonly time: number;
  readonly group: ActionGroup;
  readonly secrets: readonly SecretRef[];
}

/** What contracts speak of, each once, where its time is known. */
export function* accessesOf(events: Iterable<AccessEvent>): Generator<Access> {
  for (const event of distinctEvents(events)) {
    const [group] = groupsNeeded(event);
    const secrets = secretsOf(event);
    const { time, action } = event;
    if (!group || time === null || secrets.length === 0 || isEchoInKms(event)) continue;
    // Done once in the life of a secret: nothing that a contract could permit for the future.
    if (action === 'create') continue;
    yield { event, time, group, secrets };
  }
}

/** Which record's ARN came first must not show. */
const plainRef = ({ name, account, region }: SecretRef): SecretRef => ({ name, account, region, arn: null });

function everywhere(uses: readonly SecretUse[]): Map<string, Use> {
  const identities = new Map<string, Use>();
  for (const { identity, use } of uses) {
    const key = identityKey(identity);
    const all = identities.get(key) ?? new Use();
    identities.set(key, all);
    all.include(use);
  }
  return identities;
}

/** IAM's own rule for names of roles, users and permission sets; anything else would be forged, or a pattern. */
const isName = (name: string): boolean => /^[\w+=,.@-]+$/.test(name);

/** Secrets Manager's rule for names: letters, digits and `/_+=.@-` (CreateSecret, "Name"). */
const isSecretName = (name: string): boolean => /^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name);

export function learnedIdentity(actor: Actor): LearnedIdentity | undefined {
  const identity = namedIdentity(actor);
  if (!identity || !isName(identity.name)) return undefined;
  const { kind, name } = identity;
  return { kind, name, account: kind === 'service' ? '' : actor.account };
}
