import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type AccessEvent, type SecretRef, secretKey, secretsOf } from '../model/access-event.ts';
import { networkOf } from './network.ts';
import type { ProfileDimension, Sighting } from './profile.ts';

/** The identity whose habits are learned: a machine's role, a user, a person (role and session name). */
export const identitySubject = ({ actor }: AccessEvent): string =>
  `identity|${actor.account}/${actor.principal}`;

/** A person's permission set: on-call duty rotates among the people who hold it. */
export const permissionSetSubject = ({ actor }: AccessEvent): string | undefined =>
  actor.kind === 'person' && actor.role ? `permission-set|${actor.role}` : undefined;

export const networkSubject = (event: AccessEvent): string | undefined => {
  const network = networkOf(event.origin);
  return network && `network|${network}`;
};

/** What is usual for everybody together. */
export const organisationSubject = 'organisation';

export const secretSubjects = (event: AccessEvent): string[] =>
  secretsOf(event).map((secret) => `secret|${secretKey(secret)}`);

/** The subjects whose profiles an event is assessed by; those of its secrets only matter where one is a first. */
export const subjectsOf = (event: AccessEvent): string[] => [
  identitySubject(event),
  ...[permissionSetSubject(event), networkSubject(event)].filter((subject) => subject !== undefined),
  ...(event.action === 'replicate' || event.action === 'put-policy' ? [organisationSubject] : []),
];

const valueReads = new Set(['read', 'batch-read', 'decrypt', 'read-parameter']);

/** Whether it asks for values, with or without success. */
export const asksForValue = ({ action }: AccessEvent): boolean => valueReads.has(action);

/** The secrets whose values it asks for, and parameters of Systems Manager, as far as they are named. */
export const targetsOf = (event: AccessEvent): string[] =>
  asksForValue(event)
    ? [
        ...secretsOf(event).map(secretKey),
        ...(event.detail.parameters ?? []).map((name) => `ssm:${event.account}:${event.region}:${name}`),
      ]
    : [];

/** Who owns a secret, where that is known. */
export type OwnerOf = (secret: SecretRef) => string | undefined;

export const teamsOf = (event: AccessEvent, ownerOf: OwnerOf): string[] =>
  asksForValue(event) ? secretsOf(event).flatMap((secret) => ownerOf(secret) ?? []) : [];

/**
 * What an event teaches about each of its subjects. A refused call teaches nothing: whoever tries a door for days does
 * not become a resident. Nor do AWS services, which act for somebody else.
 */
export function sightingsOf(event: AccessEvent, ownerOf: OwnerOf): (readonly [subject: string, Sighting])[] {
  const { time, actor } = event;
  if (time === null || event.outcome !== 'allowed' || actor.kind === 'service' || actor.kind === 'unknown')
    return [];
  const network = networkOf(event.origin);
  const hour: readonly [ProfileDimension, string] = ['hour', hourOf(time)];
  const targets = targetsOf(event);
  const system = systemOf(event);
  const features: (readonly [ProfileDimension, string])[] = [
    ['day', ''],
    hour,
    ['agent', agentOf(event)],
    ...(system ? [['system', system] as const] : []),
    ['region', event.region],
    ['action', actionFeature(event)],
    ...(network ? [['network', network] as const] : []),
    ...targets.map((target) => ['secret', digestOf(target)] as const),
    ...teamsOf(event, ownerOf).map((team) => ['team', team] as const),
  ];
  const from: Sighting = {
    time,
    features: [
      ['day', ''],
      ...(actor.kind === 'role' ? [['identity', digestOf(actor.principal)] as const] : []),
      ...(actor.kind === 'person' ? [['person', digestOf(actor.principal)] as const] : []),
    ],
  };
  const permissionSet = permissionSetSubject(event);
  const networkKey = networkSubject(event);
  return [
    [identitySubject(event), { time, features, ...(targets.length > 0 && { readKey: event.key }) }],
    ...(permissionSet ? [[permissionSet, { time, features: [['day', ''], hour] }] as const] : []),
    [
      organisationSubject,
      {
        time,
        features: [
          ['day', ''],
          ['region', event.region],
          ['account', event.account],
        ],
      },
    ],
    ...(networkKey ? [[networkKey, from] as const] : []),
    // Of a secret only its creation is kept: it tells a new one from one that was merely quiet.
    ...(event.action === 'create'
      ? secretSubjects(event).map((subject) => [subject, { time, features: [['day', '']] }] as const)
      : []),
  ];
}

/** A call for another version than the current one, or by filter instead of by name, is another kind of call. */
export function actionFeature({ action, version, batch }: AccessEvent): string {
  if (batch && batch.secrets.length === 0) return `${action}:filter`;
  return version?.stage && version.stage !== 'AWSCURRENT' ? `${action}:${version.stage}` : action;
}

export const hourOf = (time: number): string => String(new Date(time).getUTCHours());

/** The tool and its platform: they stay while versions and processes change. */
export const agentOf = ({ agent }: AccessEvent): string => agent.platform ?? agent.family;

/** The operating system, where the client sends one. */
export const systemOf = ({ agent }: AccessEvent): string | undefined => agent.platform?.split(' ')[2];

/** 48 bits: among a million secrets two collide with a chance of one in 500, and then a first read goes unnoticed. */
export function digestOf(key: string): string {
  const known = digests.get(key);
  if (known !== undefined) return known;
  if (digests.size >= digestsRemembered) digests.clear();
  const digest = bytesToHex(sha256(utf8ToBytes(key))).slice(0, 12);
  digests.set(key, digest);
  return digest;
}

const digests = new Map<string, string>();
const digestsRemembered = 50_000;
