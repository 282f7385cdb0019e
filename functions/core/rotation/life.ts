import { hasEverybodyMoved } from './proof.ts';
import { dueAt, graceEnd, type RotationState } from './rotation-state.ts';

/** Where a rotation stands, each with what it means. A secret is in exactly one of them. */
export const phases = {
  resting: 'first seen: its value is the beginning, and not due',
  due: 'the value is due, or soon, or a person asked for a rotation; a key may have to be staged',
  rotating: 'a version is pending: the four steps are being taken',
  blocked: 'a step was refused or put off; nothing became current by it',
  moving: 'the new key is current, and not every consumer is known to have it',
  retire: 'every known consumer has the new key; the old one may be deactivated',
  alive: 'the grace is over, every known consumer has moved, and the old key is not known to be dead',
  'dead-in-use': 'the old key is dead, and not every consumer is known to have the new one',
  confirming:
    'the old key was seen to be dead and everybody has moved; the next answer of the issuer closes it',
  complete: 'proven: everybody has the new key, the old one is dead',
  closed: 'a person ended it without proof, with a reason',
} as const satisfies Record<string, string>;

export type Phase = keyof typeof phases;

export const phaseNames = Object.keys(phases) as [Phase, ...Phase[]];

export function lifeOf(state: RotationState, now: number): Phase {
  const { record, pending, policy, consumers } = state;
  const end = graceEnd(state);
  if (record?.status === 'open' && end !== undefined) {
    const hasMoved = hasEverybodyMoved(consumers);
    if (record.oldKeyDeadAt !== null) return hasMoved ? 'confirming' : 'dead-in-use';
    if (!hasMoved) return 'moving';
    return now < end ? 'retire' : 'alive';
  }
  const { problem = null, asked = null } = record?.status === 'open' ? record : {};
  if (problem && problem.code !== 'NO_STAGED_KEY') return 'blocked';
  if (pending) return 'rotating';
  const due = dueAt({ current: state.current, policy });
  if (problem || asked || (due !== undefined && now >= due - policy.warnMs)) return 'due';
  if (record?.status !== 'closed' || record.switchedAt === null) return 'resting';
  return record.closed?.because === 'proven' ? 'complete' : 'closed';
}

export interface Transition {
  readonly from: Phase;
  readonly to: Phase;
  /** What causes it. */
  readonly by: string;
  /** As a rotation is meant to go; the others happen. */
  readonly isUsual: boolean;
  /** It takes a coincidence, so no number of walks through rotations is sure to see it. */
  readonly isSeldom: boolean;
}

const transition = (
  by: string,
  to: Phase,
  from: {
    readonly usual?: readonly Phase[];
    readonly others?: readonly Phase[];
    readonly seldom?: readonly Phase[];
  },
): Transition[] =>
  (['usual', 'others', 'seldom'] as const).flatMap((how) =>
    (from[how] ?? []).map((each) => ({
      from: each,
      to,
      by,
      isUsual: how === 'usual',
      isSeldom: how === 'seldom',
    })),
  );

/** Every change of the phase that may be seen between two looks. The documentation shows them, and tests hold to them. */
export const transitions: readonly Transition[] = [
  ...transition('its age, or a person who asks', 'due', {
    usual: ['resting', 'complete'],
    others: ['closed'],
  }),
  ...transition('a rotation starts', 'rotating', {
    usual: ['due'],
    others: ['resting', 'complete', 'closed'],
  }),
  ...transition('the four steps are taken', 'moving', { usual: ['rotating'] }),
  ...transition('a step is refused or put off', 'blocked', {
    usual: ['rotating'],
    others: ['resting', 'due', 'complete', 'closed'],
  }),
  ...transition('the next attempt succeeds, or a value is put outside a rotation', 'moving', {
    usual: ['blocked'],
  }),
  ...transition('the next attempt finds no staged key', 'due', { seldom: ['blocked'] }),
  ...transition('the last consumer moves', 'retire', { usual: ['moving'] }),
  ...transition('the grace ends', 'alive', { usual: ['retire'] }),
  ...transition('the last consumer moves after the grace', 'alive', { others: ['moving'] }),
  ...transition('the issuer no longer knows the old key', 'complete', {
    usual: ['retire', 'alive', 'confirming'],
  }),
  ...transition('the old key dies too early', 'dead-in-use', {
    usual: ['moving'],
    seldom: ['retire', 'alive'],
  }),
  ...transition('the last consumer moves', 'confirming', { usual: ['dead-in-use'] }),
  ...transition('a consumer asks for the old version', 'dead-in-use', { others: ['confirming'] }),
  ...transition(
    'a value is put outside a rotation or rolled back, or a rotation goes by in one look',
    'moving',
    {
      others: ['resting', 'due', 'complete', 'closed'],
    },
  ),
  ...transition(
    'a value is put outside a rotation or rolled back, or a consumer asks for the old version',
    'moving',
    {
      others: ['retire', 'alive', 'dead-in-use', 'confirming'],
    },
  ),
  ...transition('a person closes it without proof', 'closed', {
    others: ['moving', 'retire', 'alive', 'dead-in-use', 'confirming'],
  }),
  ...transition('it ends, and the next is due already', 'due', {
    others: ['moving', 'alive', 'dead-in-use'],
    seldom: ['retire', 'confirming'],
  }),
  ...transition('it ends, and another version is pending', 'rotating', {
    others: ['moving', 'alive'],
    seldom: ['retire', 'confirming', 'dead-in-use'],
  }),
  ...transition('the pending version is let go', 'due', { others: ['rotating'] }),
  ...transition('the pending version is let go', 'resting', { others: ['rotating'] }),
  ...transition('the pending version is let go', 'complete', { others: ['rotating'] }),
  ...transition('the pending version is let go', 'closed', { others: ['rotating'] }),
];
