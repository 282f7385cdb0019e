import type { AccessEvent } from '../model/access-event.ts';
import { type ActionGroup, actionGroups } from '../model/contract-clause.ts';

/** The calls of each group, in the suite's words (model/cloudtrail-events.ts). */
const actionsOfGroup: Readonly<Record<ActionGroup, readonly string[]>> = {
  read: ['read', 'batch-read', 'decrypt', 'read-parameter'],
  describe: ['describe'],
  list: ['list'],
  write: [
    'create',
    'update',
    'put-value',
    'delete',
    'restore',
    'rotate',
    'cancel-rotation',
    'replicate',
    'unreplicate',
    'tag',
    'untag',
    'encrypt',
  ],
  stage: ['move-stage'],
  policy: ['put-policy', 'delete-policy', 'validate-policy'],
};

/**
 * What is nobody's use of a secret: service events are told by Secrets Manager of itself, and GetRandomPassword concerns
 * no secret.
 */
const nobodysActions: ReadonlySet<string> = new Set([
  'rotation-started',
  'rotation-succeeded',
  'rotation-failed',
  'rotation-abandoned',
  'rotation-test-started',
  'rotation-test-succeeded',
  'rotation-test-failed',
  'deletion-started',
  'deletion-cancelled',
  'deletion-ended',
  'replication-started',
  'replication-succeeded',
  'replication-failed',
  'random-password',
]);

const groupOfAction: ReadonlyMap<string, ActionGroup> = new Map(
  actionGroups.flatMap((group) => actionsOfGroup[group].map((action) => [action, group] as const)),
);

/** The group that permits an action; `nobody`: it is not judged; `undefined`: contracts know nothing of it. */
export const actionGroupOf = (action: string): ActionGroup | 'nobody' | undefined =>
  groupOfAction.get(action) ?? (nobodysActions.has(action) ? 'nobody' : undefined);

/** Secrets Manager uses the key for somebody whose own call is an event, with its own origin, of its own. */
export const isEchoInKms = ({ eventSource, origin }: AccessEvent): boolean =>
  eventSource === 'kms.amazonaws.com' &&
  origin !== null &&
  'service' in origin &&
  origin.service === 'secretsmanager.amazonaws.com';

/**
 * The groups of which one must be permitted; none where contracts do not judge the event. Who writes a value makes
 * Secrets Manager decrypt as well, to try whether the key can be used ("Secret encryption and decryption" in its user
 * guide).
 */
export function groupsNeeded(event: AccessEvent): readonly ActionGroup[] {
  const group = actionGroupOf(event.action);
  if (group === undefined || group === 'nobody') return [];
  return event.action === 'decrypt' && isEchoInKms(event) ? ['read', 'write'] : [group];
}
