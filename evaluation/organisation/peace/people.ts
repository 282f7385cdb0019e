import { isWorkday, momentOf, startOf, weekdayOf } from '../calendar.ts';
import { type Place, personCaller, type Sitting } from '../callers.ts';
import { type Caller, call } from '../calls.ts';
import { onCall, type Person, type Tool } from '../inventory/people.ts';
import type { Secret } from '../inventory/secrets.ts';
import { underName, type World } from '../inventory/world.ts';
import { mobileAddress } from '../networks.ts';
import { type Stream, streamOf } from '../random.ts';
import { describe, list, notFound, type Pen, putValue, read, refuse } from '../secret-calls.ts';

/** What people do in the UTC day of the log: three local days may have a part in it. */
export function writePeople(world: World, log: Pen['log'], day: number): void {
  for (const localDay of [day - 1, day, day + 1]) {
    for (const person of world.people) writeWork(world, log, person, localDay);
    for (const person of onCall(world.seed, world.people, localDay)) writeNight(world, log, person, localDay);
    for (const errand of errandsOf(world, localDay)) writeErrand(world, log, errand, localDay);
  }
}

function writeWork(world: World, log: Pen['log'], person: Person, localDay: number): void {
  if (localDay < person.joinsOnDay) return;
  const weekday = weekdayOf(world.calendar, localDay);
  if (weekday === 0 || weekday === 6) return;
  const ids = streamOf(world.seed, 'work', person.index, localDay);
  const touches = ids.count(person.touchesPerDay * (isWorkday(world.calendar, localDay) ? 1 : 0.05));
  for (let touch = 0; touch < touches; touch += 1) {
    const minuteOfDay = person.isNightOwl
      ? ids.int(21 * 60, 25 * 60)
      : ids.chance(0.03)
        ? ids.int(18 * 60, 21 * 60)
        : ids.int(8 * 60 + 40, 17 * 60 + 50);
    const at = momentOf(world.calendar, person.zone, localDay, minuteOfDay) + ids.int(0, 59);
    const secret = person.familiar.length === 0 ? undefined : favourite(person.familiar, ids);
    sit(world, { log, ids }, person, at, secret, placeOf(person, localDay, ids), toolOf(person, ids));
  }
}

/** The first one most, the last one rarely. */
const favourite = (secrets: readonly Secret[], stream: Stream): Secret =>
  secrets[Math.floor(stream.fraction() ** 2 * secrets.length)] as Secret;

export const toolOf = (person: Person, stream: Stream): Tool =>
  stream.chance(0.8) ? (person.tools[0] ?? 'console') : stream.pick(person.tools);

export function placeOf(person: Person, localDay: number, stream: Stream): Place {
  const trip = person.trips.find(({ from, to }) => localDay >= from && localDay <= to);
  if (trip !== undefined)
    return stream.weighted<Place>([
      ['vpn', 4],
      [{ address: trip.hotel }, 4],
      [{ address: mobileAddress(stream) }, 2],
    ]);
  const [office, vpn, home] = person.places;
  return stream.weighted<Place>([
    ['office', office],
    ['vpn', vpn],
    ['home', home],
  ]);
}

/** What somebody on call reads in a night, and when; mostly what is familiar, sometimes what only the team knows. */
export function nightReadsOf(
  world: World,
  person: Person,
  localDay: number,
): { readonly at: number; readonly secret: Secret; readonly isFamiliar: boolean }[] {
  const stream = streamOf(world.seed, 'night', person.index, localDay);
  if (!stream.chance(0.22)) return [];
  const from =
    momentOf(world.calendar, person.zone, localDay, stream.int(21 * 60, 30 * 60)) + stream.int(0, 59);
  return Array.from({ length: stream.int(1, 2) }, (_, index) => {
    const secret = stream.chance(0.2)
      ? stream.pick(teamSecrets(world, person))
      : favourite(person.familiar, stream);
    return { at: from + index * stream.int(200, 1500), secret, isFamiliar: person.familiar.includes(secret) };
  });
}

function writeNight(world: World, log: Pen['log'], person: Person, localDay: number): void {
  const ids = streamOf(world.seed, 'night ids', person.index, localDay);
  const place = person.places[2] > 0 ? 'home' : 'vpn';
  for (const { at, secret } of nightReadsOf(world, person, localDay))
    sit(world, { log, ids }, person, at, secret, place, toolOf(person, ids));
}

/** What is out of the ordinary for one person, and peaceful. */
export interface Errand {
  readonly person: Person;
  readonly secret: Secret;
  readonly what: string;
  readonly reads: number;
}

/** First reads by a colleague, about one in three workdays, and secrets that are read again and again for two days. */
export function errandsOf(world: World, localDay: number): Errand[] {
  const errands: Errand[] = [];
  if (isWorkday(world.calendar, localDay)) {
    const stream = streamOf(world.seed, 'errand', localDay);
    const person = stream.pick(world.people);
    const unfamiliar = teamSecrets(world, person).filter((secret) => !person.familiar.includes(secret));
    if (stream.chance(0.4) && person.joinsOnDay <= localDay && unfamiliar.length > 0)
      errands.push({
        person,
        secret: stream.pick(unfamiliar),
        what: 'reads a secret of the own team for the first time',
        reads: 1,
      });
  }
  for (const first of [localDay, localDay - 1]) {
    const stream = streamOf(world.seed, 'four-reads', first);
    const person = stream.pick(world.people);
    if (!isWorkday(world.calendar, first) || !isWorkday(world.calendar, first + 1)) continue;
    if (stream.chance(0.07) && person.familiar.length > 0 && person.joinsOnDay <= first)
      errands.push({
        person,
        secret: stream.pick(person.familiar),
        what: 'reads one secret four times in two days',
        reads: 2,
      });
  }
  return errands;
}

/** What belongs to somebody's team in the accounts where this person has a role, from the first day on. */
export const teamSecrets = (world: World, person: Person): Secret[] =>
  world.secrets.filter(
    (secret) =>
      secret.owner === person.team &&
      (secret.use === 'services' || secret.use === 'people') &&
      secret.createdOnDay === 0 &&
      person.roles.has(secret.account),
  );

function writeErrand(world: World, log: Pen['log'], errand: Errand, localDay: number): void {
  const { person, secret } = errand;
  const ids = streamOf(world.seed, 'errand-day', localDay, person.index, secret.arn);
  for (let index = 0; index < errand.reads; index += 1) {
    const at = momentOf(world.calendar, person.zone, localDay, ids.int(9 * 60, 17 * 60)) + ids.int(0, 59);
    const tool = toolOf(person, ids);
    const caller = personCaller(
      world,
      person,
      at,
      sittingOf(secret, placeOf(person, localDay, ids), tool, at - 300),
    );
    read({ log, ids }, at, caller, underName(world, secret, localDay), { byArn: tool === 'console' });
  }
}

export const sittingOf = (secret: Secret, place: Place, tool: Tool, signedInAt: number): Sitting => ({
  account: secret.account,
  region: secret.region,
  place,
  tool,
  signedInAt,
});

/** Once at Secrets Manager: sign in, look around, look at one secret, read it perhaps. */
function sit(
  world: World,
  pen: Pen,
  person: Person,
  at: number,
  familiar: Secret | undefined,
  place: Place,
  tool: Tool,
): void {
  const { ids } = pen;
  const signedInAt = at - ids.int(20, 4000);
  const [account] = person.roles.keys();
  const sitting = {
    account: familiar?.account ?? account ?? world.accounts.staging,
    region: familiar?.region ?? (world.regions[0] as string),
    place,
    tool,
    signedInAt,
  };
  const caller = personCaller(world, person, at, sitting);
  const day = Math.floor((at - startOf(world.calendar, 0)) / 86_400);
  const secret = familiar === undefined ? undefined : underName(world, familiar, day);
  if (tool === 'console') inConsole(pen, person, caller, at, signedInAt, secret);
  else onCommandLine(pen, person, caller, at, secret);
}

function inConsole(
  pen: Pen,
  person: Person,
  caller: Caller,
  at: number,
  signedInAt: number,
  secret: Secret | undefined,
): void {
  const { ids } = pen;
  if (ids.chance(0.5)) signIn(pen, signedInAt, person, caller);
  if (person.mayNotList) refuse(pen, at, caller, 'ListSecrets');
  else list(pen, at, caller, { maxResults: 20, includePlannedDeletion: false });
  if (secret === undefined) return;
  let now = at + ids.int(4, 60);
  for (const name of ['DescribeSecret', 'GetResourcePolicy', 'ListSecretVersionIds'])
    describe(pen, now, caller, secret, name, true);
  if (ids.chance(0.75)) {
    now += ids.int(3, 90);
    read(pen, now, caller, secret, { byArn: true });
  }
  if (secret.use === 'people' && ids.chance(0.12))
    putValue(pen, now + ids.int(30, 200), caller, secret, ids.uuid(), ['AWSCURRENT']);
}

function onCommandLine(
  pen: Pen,
  person: Person,
  caller: Caller,
  at: number,
  secret: Secret | undefined,
): void {
  const { ids } = pen;
  let now = at;
  if (secret === undefined || ids.chance(0.15)) {
    if (person.mayNotList) refuse(pen, now, caller, 'ListSecrets');
    else list(pen, now, caller);
    now += ids.int(5, 60);
  }
  if (secret === undefined) return;
  if (ids.chance(0.04)) {
    notFound(pen, now, caller, `${secret.name.slice(0, -1)}`);
    now += ids.int(5, 30);
  }
  if (ids.chance(0.12)) describe(pen, now, caller, secret);
  read(pen, now + ids.int(0, 20), caller, secret);
}

/** ConsoleLogin, by a session of Identity Center. */
export function signIn(pen: Pen, at: number, person: Person, caller: Caller): void {
  call(pen.log, pen.ids, at, { ...caller, isConsole: false }, 'ConsoleLogin', null, {
    source: 'signin.amazonaws.com',
    response: { ConsoleLogin: 'Success' },
    fields: {
      eventType: 'AwsConsoleSignIn',
      readOnly: false,
      additionalEventData: { MobileVersion: 'No', MFAUsed: person.hasMfa ? 'Yes' : 'No' },
    },
  });
}
