import { browser, commandLine, type System } from '../agents.ts';
import { type Calendar, weekOf, type Zone } from '../calendar.ts';
import { type Role, roleOf } from '../identities.ts';
import { homeAddress, hotelAddress } from '../networks.ts';
import { choiceOf, type Stream, streamOf } from '../random.ts';
import type { Accounts } from './accounts.ts';
import type { Secret } from './secrets.ts';
import { teams } from './teams.ts';

export type Tool = 'console' | 'cli' | 'cloudshell';

/** Somebody of IAM Identity Center. */
export interface Person {
  readonly index: number;
  readonly email: string;
  readonly team: string;
  readonly zone: Zone;
  /** Index of the office. */
  readonly office: number;
  readonly set: PermissionSet;
  /** By account: the role of the permission set. */
  readonly roles: ReadonlyMap<string, Role>;
  /** What this person works with. */
  readonly familiar: readonly Secret[];
  /** Times a workday that this person touches Secrets Manager. */
  readonly touchesPerDay: number;
  /** What this person reaches for, the usual tool first. */
  readonly tools: readonly Tool[];
  /** How often from the office, the VPN and the own home. */
  readonly places: readonly [office: number, vpn: number, home: number];
  readonly joinsOnDay: number;
  readonly hasMfa: boolean;
  readonly system: System;
  readonly hasIpv6: boolean;
  /** Days on which this person moves or gets another address at home. */
  readonly homeChanges: readonly number[];
  readonly trips: readonly Trip[];
  /** Opens the console without being allowed to list. */
  readonly mayNotList: boolean;
  /** Works late as a habit. */
  readonly isNightOwl: boolean;
  readonly commandLine: (command: string) => string;
}

export interface Trip {
  readonly from: number;
  readonly to: number;
  readonly hotel: string;
}

const given =
  'anika ben carla dmitri elif farid greta hugo ines jonas kira liam mina noor oskar priya quentin rosa sven tara umar vera wim xenia yusuf zoe'.split(
    ' ',
  );
const family =
  'adler brandt costa dogan ernst fischer gupta haas iyer jansen kaya lund meyer nair olsen patel quist rao silva thorn ueda vogt weber young'.split(
    ' ',
  );

/** Permission sets; `PlatformAdmin` may change trails, rules and policies. */
export type PermissionSet = 'Developer' | 'DataEngineer' | 'Support' | 'PlatformAdmin' | 'SecurityAudit';

export function peopleOf(
  seed: number,
  count: number,
  calendar: Calendar,
  accounts: Accounts,
  regions: readonly string[],
  secrets: readonly Secret[],
): Person[] {
  const stream = streamOf(seed, 'people');
  // Where the identity provider asks for the second factor, AWS does not know of it, for nobody.
  const seesMfa = !stream.chance(0.25);
  const joiners = Math.max(1, Math.round(calendar.days / 22));
  const travellers = new Set(stream.sample(indexes(count), Math.max(1, Math.round(calendar.days / 15))));
  const owl = stream.int(0, count - 1);
  return indexes(count).map((index): Person => {
    const team = teams[index % teams.length] as string;
    const set: PermissionSet =
      team === 'platform'
        ? stream.pick(['PlatformAdmin', 'PlatformAdmin', 'SecurityAudit'] as const)
        : team === 'data'
          ? 'DataEngineer'
          : stream.weighted<PermissionSet>([
              ['Developer', 8],
              ['Support', 2],
            ] as const);
    const mayProd = set === 'PlatformAdmin' || set === 'SecurityAudit' || stream.chance(0.45);
    const granted = [
      accounts.staging,
      ...(mayProd ? [accounts.prod] : []),
      ...(team === 'platform' ? [accounts.tools] : []),
    ];
    const roles = new Map(
      granted.map((account) => [account, permissionSetRole(seed, account, set, regions)]),
    );
    const ofTeam = secrets.filter(
      (secret) =>
        secret.owner === team &&
        (secret.use === 'services' || secret.use === 'people') &&
        secret.createdOnDay === 0 &&
        roles.has(secret.account),
    );
    const [zone, office] = stream.weighted<readonly [Zone, number]>([
      [['Europe/Berlin', 0], 50],
      [['Europe/London', 1], 20],
      [['America/New_York', 1], 20],
      [['Asia/Kolkata', 0], 10],
    ]);
    const system = stream.weighted<System>([
      ['macos', 60],
      ['linux', 20],
      ['windows', 20],
    ]);
    return {
      index,
      email: `${given[index % given.length]}.${family[(index * 7 + Math.floor(index / given.length)) % family.length]}@example.com`,
      team,
      zone,
      office,
      set,
      roles,
      familiar: stream.sample(ofTeam, stream.int(2, 5)),
      touchesPerDay: stream.weighted([
        [0.02, 60],
        [0.1, 30],
        [0.45, 10],
      ]),
      tools: toolsOf(stream),
      places: stream.weighted<readonly [number, number, number]>([
        [[6, 4, 0], 45],
        [[2, 7, 1], 30],
        [[1, 1, 8], 25],
      ]),
      joinsOnDay: index >= count - joiners ? stream.int(8, Math.max(9, calendar.days - 10)) : 0,
      hasMfa: seesMfa && !stream.chance(0.02),
      system,
      hasIpv6: stream.chance(0.15),
      homeChanges: stream.chance(0.4) ? [stream.int(10, 80)] : [],
      trips: travellers.has(index) ? [tripOf(stream, calendar)] : [],
      mayNotList: set === 'Support' || stream.chance(0.03),
      isNightOwl: index === owl,
      commandLine: commandLine(stream, system),
    };
  });
}

const indexes = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const toolsOf = (stream: Stream): Tool[] =>
  stream.weighted<Tool[]>([
    [['console'], 42],
    [['cli'], 36],
    [['console', 'cli'], 14],
    [['cloudshell', 'console'], 8],
  ]);

function tripOf(stream: Stream, calendar: Calendar): Trip {
  const from = stream.int(2, Math.max(3, calendar.days - 6));
  return { from, to: from + stream.int(2, 5), hotel: hotelAddress(stream) };
}

/** Identity Center makes one role for each permission set and account; its suffix differs between accounts. */
const permissionSetRole = (
  seed: number,
  account: string,
  set: PermissionSet,
  regions: readonly string[],
): Role =>
  roleOf(
    seed,
    account,
    `AWSReservedSSO_${set}_${streamOf(seed, 'permission-set', account, set).hex(16)}`,
    `/aws-reserved/sso.amazonaws.com/${regions[0]}/`,
  );

/** The address of somebody's home on a local day. */
export function homeOf(seed: number, person: Person, day: number): string {
  const moves = person.homeChanges.filter((change) => change <= day).length;
  return homeAddress(
    person.index * 3 + moves,
    streamOf(seed, 'home', person.index, person.hasIpv6 ? day : moves),
    person.hasIpv6,
  );
}

/** The browser renews itself about every month. */
export const browserOf = (seed: number, person: Person, day: number): string =>
  browser(streamOf(seed, 'browser', person.index, Math.floor(day / 30)), person.system);

/** Who is on call in the week of a day: two people of different teams, by turns. */
export function onCall(seed: number, people: readonly Person[], day: number): Person[] {
  const rota = people.filter(
    (person) => person.joinsOnDay === 0 && person.familiar.length > 0 && person.index % 3 === 0,
  );
  if (rota.length === 0) return [];
  const first = (choiceOf(seed, 'rota') + weekOf(day) * 2) % rota.length;
  return [rota[first], rota[(first + 1) % rota.length]].filter((person) => person !== undefined);
}

export const personArn = (person: Person, account: string): string => {
  const role = person.roles.get(account);
  if (role === undefined) throw new RangeError(`${person.email} has no role in ${account}`);
  return `arn:aws:sts::${account}:assumed-role/${role.name}/${person.email}`;
};
