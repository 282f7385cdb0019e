import type { AppliedContract } from '../contracts/applied-contract.ts';
import { shellWord } from '../format/shell-word.ts';
import type { RotationStatus } from '../model/rotation-status.ts';
import type { Settings } from '../model/settings.ts';
import { compareSeverity } from '../model/severity.ts';
import { compareText } from '../order.ts';
import { dayOf, listed, plural } from '../phrases.ts';
import { lifeOf } from '../rotation/life.ts';
import type { ConsumerStanding } from '../rotation/proof.ts';
import { isRehearsal, rotationOrder } from '../rotation/rotation-order.ts';
import { isSwitched } from '../rotation/rotation-record.ts';
import { dueAt, graceEnd, type RotationState } from '../rotation/rotation-state.ts';
import type { UnseenReader } from '../rotation/unseen-readers.ts';
import { standingsOf } from './judge-state.ts';

export interface RotationStatusInput {
  readonly state: RotationState;
  readonly settings: Settings;
  readonly applied: Pick<AppliedContract, 'owner' | 'impact'>;
  readonly unseenReaders: readonly UnseenReader[];
  /** Whether the suite's table was there. */
  readonly isRemembered: boolean;
  /** Milliseconds. */
  readonly now: number;
}

const dayMs = 86_400_000;
const iso = (time: number): string => new Date(time).toISOString();
const isoOf = (time: number | null | undefined): string | null => (time == null ? null : iso(time));
const daysOf = (milliseconds: number): number => Math.round((milliseconds / dayMs) * 10) / 10;

/** Where the rotation of one secret stands, for people and programs. */
export function rotationStatus(input: RotationStatusInput): RotationStatus {
  const { state, settings, applied, unseenReaders, isRemembered, now } = input;
  const { secret, policy, current, issuer } = state;
  const record = isRemembered ? state.record : undefined;
  const consumers = rotationOrder(state.consumers, settings.accounts);
  const standings = standingsNow(state, settings, now);
  const { affected, ifDies } = affectedNow(state, settings);
  return {
    at: iso(now),
    secret: { arn: secret.arn, name: secret.name, account: secret.account, region: secret.region },
    accountName:
      Object.keys(settings.accounts).find((name) => settings.accounts[name] === secret.account) ?? null,
    owner: applied.owner === undefined ? null : ownerOf(applied.owner, settings),
    impact: applied.impact ?? null,
    issuer: { ...issuer, isAddressLocked: state.isAddressLocked },
    policy: {
      mode: policy.mode,
      everyDays: daysOf(policy.everyMs),
      warnDays: daysOf(policy.warnMs),
      graceDays: daysOf(policy.graceMs),
      nextStage: policy.nextStage,
    },
    current: current
      ? {
          version: current.id,
          created: iso(current.created),
          ageDays: daysOf(now - current.created),
          due: iso(current.created + policy.everyMs),
        }
      : null,
    schedule: {
      enabled: secret.rotation.enabled,
      expression: secret.rotation.schedule,
      afterDays: secret.rotation.afterDays,
      last: isoOf(secret.rotation.last),
      next: isoOf(secret.rotation.next),
    },
    versions: state.versions
      .toSorted((a, b) => b.created - a.created)
      .map(({ id, created, stages }) => ({
        id,
        created: iso(created),
        labels: stages.toSorted(compareText),
      })),
    isRemembered,
    phase: lifeOf(state, now),
    rotation: record
      ? {
          incident: record.incident,
          status: record.status,
          how: record.how,
          switchedAt: isoOf(record.switchedAt),
          graceUntil: isoOf(graceEnd(state)),
          oldVersion: record.oldVersion,
          newVersion: record.newVersion,
          oldKeyName: record.oldKeyName,
          newKeyName: record.newKeyName,
          oldKey: record.oldKey && { ...record.oldKey, at: iso(record.oldKey.at) },
          closed: record.closed && { ...record.closed, at: iso(record.closed.at) },
        }
      : null,
    story: (record?.story ?? []).map(({ at, what }) => ({ at: iso(at), what })),
    consumers: consumers.map((each) => ({
      consumer: each.consumer,
      identity: each.identity,
      clause: each.clause,
      delivery: each.delivery,
      isRehearsal: isRehearsal(each, settings.accounts),
      lastRead: isoOf(each.lastRead),
      progress: each.progress,
      because: each.because,
    })),
    stopsWorking: { ifDies, consumers: affected.map(({ consumer }) => consumer) },
    unseenReaders: unseenReaders.map((each) => ({ ...each })),
    standings: standings.map(({ advice: _, ...standing }) => standing),
    next: nextSteps(
      standings.flatMap(({ advice }) => advice),
      state,
      now,
    ),
    unknown: unknownOf(input),
  };
}

/** Who would stop working if the key that is to die died now, in the order in which they are best moved. */
export function affectedNow(
  { record, consumers }: Pick<RotationState, 'record' | 'consumers'>,
  { accounts }: Pick<Settings, 'accounts'>,
): { readonly affected: readonly ConsumerStanding[]; readonly ifDies: 'old key' | 'current key' } {
  const ordered = rotationOrder(consumers, accounts);
  return isSwitched(record)
    ? { affected: ordered.filter(({ progress }) => progress !== 'moved'), ifDies: 'old key' }
    : { affected: ordered, ifDies: 'current key' };
}

/** A team's name and where it is told. */
export function ownerOf(name: string, { teams }: Pick<Settings, 'teams'>): RotationStatus['owner'] {
  const team = Object.hasOwn(teams, name) ? teams[name] : undefined;
  // An owner that is an address is its own route.
  const routes = team ? [team.slack, team.email] : name.includes('@') ? [name] : [];
  return { name, routes: routes.flatMap((route) => route ?? []) };
}

/** What the checks say now, the gravest first. */
function standingsNow(state: RotationState, settings: Settings, now: number) {
  const name = shellWord(state.secret.name);
  return standingsOf('rotation', state, settings, now)
    .flatMap(({ check, standing }) =>
      standing === undefined || standing === 'unknown'
        ? []
        : [
            {
              check: check.id,
              severity: standing.severity ?? check.severity,
              title: standing.title,
              explanation: standing.explanation,
              advice: (standing.advice ?? check.response).map((step) => step.replaceAll('SECRET', name)),
            },
          ],
    )
    .sort((a, b) => compareSeverity(b.severity, a.severity));
}

/** What the checks advise, each once; where nothing is to be done, until when. */
function nextSteps(advice: readonly string[], state: RotationState, now: number): string[] {
  const name = shellWord(state.secret.name);
  const steps = [...new Set(advice)].filter(
    (step) => !step.startsWith(`secrets-audit rotation status ${name}`),
  );
  const prove = `secrets-audit rotation prove ${name}`;
  if (isSwitched(state.record) && !steps.some((step) => step.includes(prove))) return [...steps, prove];
  if (steps.length > 0) return steps;
  const due = dueAt(state);
  if (due === undefined) return ['Put the key that is in use into the secret.'];
  const { policy, next } = state;
  const begin =
    policy.mode === 'staged' && !next
      ? `secrets-audit rotation stage ${name}   with a new key, to rotate earlier`
      : `secrets-audit rotation start ${name}   to rotate earlier`;
  const remindedAt = due - policy.warnMs;
  return [
    now < remindedAt
      ? `Nothing until ${dayOf(remindedAt)}, when the owner is reminded; due ${dayOf(due)}.`
      : `Due ${dayOf(due)}.`,
    begin,
  ];
}

function unknownOf({ state, isRemembered }: RotationStatusInput): string[] {
  const { consumers, record } = state;
  const unnamed = consumers.filter(({ delivery }) => delivery === null).map(({ consumer }) => consumer);
  return [
    ...(isRemembered
      ? []
      : [
          'What was rotated before, and who reads the secret: that is in the table of the suite, which was not there to read. Only consumers that the contract names are shown.',
        ]),
    ...(unnamed.length > 0
      ? [
          `Whether ${unnamed.length > 3 ? plural(unnamed.length, 'consumer') : listed(unnamed)} must be restarted: no contract names ${unnamed.length === 1 ? 'it' : 'them'} as a consumer.`,
        ]
      : []),
    'Copies outside AWS and in files, images and pipelines: they are not looked for, and no contract names them.',
    ...(isSwitched(record)
      ? ['Whether the old key is alive at this moment: status does not ask the issuer; rotation prove does.']
      : ['The age of the key itself: it is that of the version in Secrets Manager.']),
  ];
}
