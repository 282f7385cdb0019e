import * as z from 'zod';
import { defineDetector, type Judgement } from '../detector.ts';
import type { AccessEvent } from '../model/access-event.ts';
import { shortPrincipal } from '../phrases.ts';

/** A rotation function moves labels as its job; its runtime says so in the user agent. */
const isRotationFunction = (event: AccessEvent): boolean =>
  event.actor.kind === 'role' && event.agent.family === 'aws-lambda';

/** Each by the name of the secret, as the end of "somebody …". */
const judgements: Partial<Record<AccessEvent['action'], (event: AccessEvent, secret: string) => Judgement>> =
  {
    delete: ({ detail }, secret) =>
      detail.forced
        ? {
            title: `deleted ${secret} without a recovery window`,
            severity: 'high',
            explanation: 'DeleteSecret with ForceDeleteWithoutRecovery: the value cannot be brought back.',
          }
        : {
            title: `scheduled ${secret} for deletion`,
            explanation: `DeleteSecret with a recovery window of ${detail.recoveryWindowDays ?? 30} days: until then RestoreSecret brings it back. Whoever reads it now is refused.`,
          },
    'cancel-rotation': (_, secret) => ({
      title: `switched off the rotation of ${secret}`,
      explanation:
        'CancelRotateSecret: the secret is no longer rotated, and a rotation under way may be left half done.',
    }),
    'move-stage': ({ detail }, secret) => ({
      title: `moved ${detail.versionStage ? `label ${detail.versionStage}` : 'a label'} of ${secret} by hand`,
      explanation:
        'UpdateSecretVersionStage by something that is not a rotation function: consumers may read another version from now on.',
    }),
    replicate: ({ detail }, secret) => ({
      title: `replicated ${secret} to ${detail.regions?.join(', ') ?? 'another Region'}`,
      severity: 'low',
      explanation:
        'The value can now be read in another Region, under the policies and trails there. Not known: whether it was replicated there before.',
    }),
    'delete-policy': (_, secret) => ({
      title: `deleted the resource policy of ${secret}`,
      explanation: 'DeleteResourcePolicy: denials and limits that the policy held no longer apply.',
    }),
  };

export default defineDetector({
  id: 'destructive-change',
  title: 'A secret was deleted, weakened or spread',
  severity: 'medium',
  status: 'stable',
  attack: ['T1485', 'T1531'],
  rationale:
    'These calls make a secret unusable, stop its rotation, hand another version to its consumers or take away its protection. All are rare.',
  falsePositives: [
    'A planned clean-up, or infrastructure-as-code that destroys a stack.',
    'An operator who moves a label back after a failed rotation.',
  ],
  blindSpots: ['A change of label by something that names itself a Lambda runtime is taken for a rotation.'],
  response: [
    'Ask the person or the owner of the role whether it was planned.',
    'If not, undo it: RestoreSecret, RotateSecret, UpdateSecretVersionStage or PutResourcePolicy.',
  ],
  actions: ['delete', 'cancel-rotation', 'move-stage', 'replicate', 'delete-policy'],
  params: z.strictObject({}),
  matches: (event) =>
    event.outcome === 'allowed' && !(event.action === 'move-stage' && isRotationFunction(event)),
  count: () => ({ by: ['actor', 'secret', 'action'] }),
  describe({ events }) {
    const [first] = events;
    // The gravest of the day speaks: a forced deletion after an ordinary one.
    const event = events.find(({ detail }) => detail.forced) ?? first;
    const judgement = judgements[event.action]?.(event, event.secret?.name ?? 'a secret');
    if (!judgement) throw new Error(`no judgement for action ${event.action}`);
    return { ...judgement, title: `${shortPrincipal(event.actor.principal)} ${judgement.title}` };
  },
});
