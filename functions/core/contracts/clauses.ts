import type { AccessEvent, Actor, SecretRef } from '../model/access-event.ts';
import type { ContractVerdict } from '../model/assessment.ts';
import type { ActionGroup, Clause } from '../model/contract-clause.ts';
import type { ContractSettings, From } from '../model/contract-settings.ts';
import { severities } from '../model/severity.ts';
import { isEchoInKms } from './action-groups.ts';
import { createHours } from './calendars.ts';
import { describeClause, quoteBreach } from './clause-text.ts';
import { accountId } from './entries.ts';
import { type CompiledException, compileExceptions, describeException } from './exceptions.ts';
import { compileIdentity } from './identities.ts';
import { createNetworkMap } from './networks.ts';

type Respect = 'what' | 'where' | 'when';

export interface ClauseTrial {
  readonly clause: Clause;
  /** In which respects it does not permit the event; none: it permits. */
  readonly respects: readonly Respect[];
  readonly exception?: CompiledException;
}

/** A clause of one secret's contract. */
export interface CompiledClause {
  readonly clause: Clause;
  isAbout(actor: Actor): boolean;
  /** One clause about one identity, with the exceptions made for it. */
  bind(secret: SecretRef, actor: Actor): BoundClause;
}

export interface BoundClause {
  readonly clause: Clause;
  try(event: AccessEvent, needed: readonly ActionGroup[]): ClauseTrial;
}

export interface ClauseCompiler {
  compile(clause: Clause, secret: SecretRef): CompiledClause;
  quote(event: AccessEvent, group: ActionGroup, secret: SecretRef, trial: ClauseTrial): string;
}

export function createClauseCompiler(
  settings: Pick<ContractSettings, 'accounts' | 'networks' | 'calendars' | 'exceptions'>,
): ClauseCompiler {
  const networks = createNetworkMap(settings.networks);
  const exceptions = compileExceptions(settings);
  const hours = new Map(
    Object.entries(settings.calendars).map(([name, calendar]) => [name, createHours(calendar)]),
  );

  /** Of each clause that was ever broken, its text. */
  const texts = new Map<Clause, string>();
  const textOf = (clause: Clause): string => {
    const known = texts.get(clause);
    if (known !== undefined) return known;
    const calendar = clause.hours === undefined ? undefined : settings.calendars[clause.hours];
    const text = describeClause(clause, networks.describe, calendar);
    texts.set(clause, text);
    return text;
  };

  const isFrom = (from: From, { origin }: AccessEvent): boolean =>
    from === 'any' || (origin !== null && networks.isIn(origin, from));
  /** An event without a time cannot be held against a calendar, nor against an exception's end. */
  const isWithin = (calendar: string | undefined, { time }: AccessEvent): boolean =>
    calendar === undefined ||
    calendar === 'any' ||
    time === null ||
    hours.get(calendar)?.contains(time) === true;

  const trialOf = (
    clause: Clause,
    made: readonly CompiledException[],
    event: AccessEvent,
    needed: readonly ActionGroup[],
  ): ClauseTrial => {
    const isPermitted = clause.actions === 'any' || needed.some((group) => clause.actions.includes(group));
    const isPlace = isFrom(clause.from, event) || isEchoInKms(event);
    const isTime = isWithin(clause.hours, event);
    const plain: ClauseTrial = { clause, respects: respectsOf(isPermitted, isPlace, isTime) };
    if (isPlace && isTime) return plain;
    let best = plain;
    for (const exception of made) {
      if (event.time !== null && event.time > exception.untilMs) continue;
      const { from, hours: calendar } = exception.exception;
      const respects = respectsOf(
        isPermitted,
        isPlace || (from !== undefined && isFrom(from, event)),
        isTime || (calendar !== undefined && isWithin(calendar, event)),
      );
      if (respects.length < best.respects.length) best = { clause, respects, exception };
    }
    return best;
  };

  return {
    compile(clause, secret) {
      const account =
        clause.account === undefined ? secret.account : accountId(clause.account, settings.accounts);
      return {
        clause,
        isAbout: compileIdentity(clause, account),
        bind(bound, actor) {
          const made = (exceptions.get(clause.id) ?? []).filter(({ isAbout }) => isAbout(bound, actor));
          return { clause, try: (event, needed) => trialOf(clause, made, event, needed) };
        },
      };
    },
    quote(event, group, secret, { clause, respects }) {
      const { id, hours: calendar } = clause;
      return `clause "${id}" of ${secret.name} ${textOf(clause)}; ${quoteBreach(event, group, respects, calendar === undefined ? undefined : hours.get(calendar))}`;
    },
  };
}

const respectsOf = (isPermitted: boolean, isPlace: boolean, isTime: boolean): Respect[] => [
  ...(isPermitted ? [] : (['what'] as const)),
  ...(isPlace ? [] : (['where'] as const)),
  ...(isTime ? [] : (['when'] as const)),
];

/** How loud a use of a clause is: one with a severity, by that, before one that only announces, before a silent one. */
export const loudnessOf = ({ announce, severity }: Clause): number =>
  severity !== undefined ? 2 + severities.indexOf(severity) : announce ? 1 : 0;

const minutesOf = { minute: 1, hour: 60, day: 24 * 60 } as const;

export function permittedBy({ clause, exception }: ClauseTrial): ContractVerdict {
  const { id, severity, rate } = clause;
  return {
    outcome: 'permitted',
    clause: id,
    // A severity would have nothing to say of a use that nobody is told of.
    ...(loudnessOf(clause) > 0 && { announce: 'always' }),
    ...(severity && { severity }),
    ...(exception && { exception: describeException(exception.exception) }),
    ...(rate && { rate: { events: rate.events, minutes: minutesOf[rate.per] } }),
  };
}
