import type { AccessEvent, Actor, Origin, SecretRef } from '../model/access-event.ts';
import { type ActionGroup, actionGroups, type Clause } from '../model/contract-clause.ts';
import type { From } from '../model/contract-settings.ts';
import type { Calendar } from '../model/named-settings.ts';
import { more } from '../phrases.ts';
import type { Hours } from './calendars.ts';
import { describeActor, describeClauseIdentity } from './identities.ts';

/** What a clause permits, as the end of "may". */
export const verbs: Readonly<Record<ActionGroup, string>> = {
  read: 'read',
  describe: 'describe',
  list: 'list',
  write: 'change',
  stage: 'move stages',
  policy: 'change the policy',
};

const nouns: Readonly<Record<ActionGroup, string>> = {
  read: 'a read',
  describe: 'a look at its description',
  list: 'a listing',
  write: 'a change',
  stage: 'a move of its stages',
  policy: 'a call about its policy',
};

/** `a`, `a and b`, `a, b and c`. */
const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** `read and describe`, `do anything`. */
export const describeActions = (actions: Clause['actions']): string =>
  actions === 'any'
    ? 'do anything'
    : listed(actionGroups.filter((group) => actions.includes(group)).map((group) => verbs[group]));

/** `from vpn (198.51.100.0/28)`, `from anywhere`. */
export const describeFrom = (from: From, network: (name: string) => string): string =>
  from === 'any' ? 'from anywhere' : `from ${from.map(network).join(', ')}`;

/** `Mon-Fri 08:00-19:00 Europe/London`. */
export function describeHours({ days, from, to, zone }: Calendar): string {
  const written = [days].flat().join(', ');
  const times = from === '00:00' && to === '24:00' ? [] : [`${from}-${to}`];
  return [written === 'Mon-Sun' ? 'every day' : written, ...times, zone].join(' ');
}

function describeOrigin(origin: Origin | null): string {
  if (!origin) return 'a place that the log does not name';
  if ('vpcEndpoint' in origin) return `VPC endpoint ${origin.vpcEndpoint}, an endpoint that it does not name`;
  if ('service' in origin) return `${origin.service}, a service that it does not name`;
  return `${origin.ip}, a network that it does not name`;
}

/** `a read`, `a change (PutSecretValue)`. */
const describeCall = ({ eventName }: AccessEvent, group: ActionGroup): string =>
  eventName === 'GetSecretValue' ? nouns[group] : `${nouns[group]} (${eventName})`;

/** `permits permission set OnCall to read from vpn (198.51.100.0/28), Mon-Fri 08:00-19:00 Europe/London`. */
export function describeClause(
  clause: Clause,
  network: (name: string) => string,
  calendar: Calendar | undefined,
): string {
  const who = describeClauseIdentity(clause);
  const hours = calendar ? `, ${describeHours(calendar)}` : '';
  return `permits ${who} to ${describeActions(clause.actions)} ${describeFrom(clause.from, network)}${hours}`;
}

/** What was met instead of what a clause permits. */
export function quoteBreach(
  event: AccessEvent,
  group: ActionGroup,
  respects: readonly ('what' | 'where' | 'when')[],
  hours: Hours | undefined,
): string {
  const met = respects.map((respect) => {
    if (respect === 'what') return ', which it does not permit';
    if (respect === 'where') return ` from ${describeOrigin(event.origin)}`;
    return event.time === null || !hours ? '' : describeMoment(event.time, hours);
  });
  const deviations = met.map((text, index) => (index > 0 && !text.startsWith(',') ? `,${text}` : text));
  return `this was ${describeCall(event, group)}${deviations.join('')}`;
}

function describeMoment(time: number, hours: Hours): string {
  const { weekday, date, time: clock } = hours.local(time);
  return ` on ${weekday} ${date} at ${clock} ${hours.zone}, ${hours.isHoliday(time) ? 'a holiday' : 'outside these hours'}`;
}

const clausesShown = 6;

/** Who was met, and whom the contract permits. */
export function quoteAbsence(secret: SecretRef, actor: Actor, clauses: readonly Clause[]): string {
  const who = describeActor(actor, secret.account);
  if (clauses.length === 0) return `The contract of ${secret.name} permits nobody; this was ${who}`;
  const permitted = clauses
    .slice(0, clausesShown)
    .map((clause) => `${clause.id} (${describeClauseIdentity(clause)})`);
  return `No clause of ${secret.name} permits ${who}; it permits: ${permitted.join(', ')}${more(clauses.length - clausesShown)}`;
}
