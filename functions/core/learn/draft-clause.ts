import { type ActionGroup, actionGroups, type Clause } from '../model/contract-clause.ts';
import { counted, countedGroups, daysOf, rawPlacesOf, toolsOf, whoOf } from './evidence-text.ts';
import type { DraftCalendar } from './hours.ts';
import { harmless, isThin } from './thinness.ts';
import { isPeople, type LearnedIdentity, type SecretUse, type Use } from './uses.ts';

export interface DraftClause {
  readonly clause: Clause;
  readonly identity: LearnedIdentity;
  readonly use: Use;
  /** Questions to the person who reviews it. */
  readonly todos: readonly string[];
}

export type Drafted =
  | ({ readonly kind: 'clause' } & DraftClause)
  /** The question instead of a clause. */
  | { readonly kind: 'undecided'; readonly todo: string };

/** What holds for an identity wherever it goes. */
export interface IdentityTerms {
  readonly from: 'any' | readonly string[];
  readonly whyAny?: string;
  readonly hours?: DraftCalendar;
}

const breakGlass = /break.?glass|emergency|fire.?(call|fighter)/i;
/** A clause for one identity on one secret, as far as its history carries it. */
export function draftClause({ secret, identity, use }: SecretUse, terms: IdentityTerms): Drafted {
  const present = actionGroups.filter((group) => use.groups.has(group));
  const isCarried = (group: ActionGroup): boolean => {
    const tally = use.groups.get(group);
    return tally !== undefined && (harmless.has(group) || !isThin(tally));
  };
  // The console describes a secret by itself before it shows the value.
  const describes = isPeople(identity) && isCarried('read');
  const actions = actionGroups.filter((group) => isCarried(group) || (describes && group === 'describe'));
  if (isThin(use) || actions.length === 0) {
    return { kind: 'undecided', todo: question(secret.account, identity, use) };
  }
  const isBreakGlass = breakGlass.test(identity.name);
  const rate = isPeople(identity) || !use.groups.has('read') ? undefined : rateOf(use);
  const todos = [
    ...present
      .filter((group) => !isCarried(group))
      .flatMap((group) => {
        const tally = use.groups.get(group);
        return tally ? [`it also did ${counted(tally.count, group)}, ${daysOf(tally)}: allow that too?`] : [];
      }),
    ...(isBreakGlass ? ['by its name this is break-glass, so each use is announced'] : []),
  ];
  const clause: Clause = {
    id: identity.name.replace(/[^\w.-]/g, '-'),
    ...(identity.kind === 'role' && { role: identity.name }),
    ...(identity.kind === 'user' && { user: identity.name }),
    ...(identity.kind === 'permissionSet' && { permissionSet: identity.name }),
    ...(identity.kind === 'service' && { service: identity.name }),
    ...(identity.kind !== 'service' && identity.account !== secret.account && { account: identity.account }),
    actions,
    from: terms.from === 'any' ? 'any' : [...terms.from],
    ...(terms.hours && { hours: terms.hours.name }),
    ...(rate && { rate }),
    ...(isBreakGlass && { announce: 'always' as const }),
  };
  return { kind: 'clause', clause, identity, use, todos };
}

function question(secretAccount: string, identity: LearnedIdentity, use: Use): string {
  const hint = breakGlass.test(identity.name) ? ' If it is break-glass, allow it with announce: always.' : '';
  return `${whoOf(identity, secretAccount, use)} did ${countedGroups(use.groups)}, ${daysOf(use)}, from ${rawPlacesOf(use)}, with ${toolsOf(use)}: allow or not?${hint}`;
}

const rateDays = 30;
const rateFactor = 4;
const leastRate = 60;

/**
 * Well above the busiest hour, because an outage makes services start, and read, again and again; only for what has
 * been busy long enough to have shown its busiest hour.
 */
function rateOf(use: Use): Clause['rate'] {
  if (use.days.size < rateDays) return undefined;
  return { events: Math.max(leastRate, rateFactor * busiestHour(use)), per: 'hour' };
}

const busiestHour = ({ hours }: Use): number => Math.max(0, ...hours.values());
