import * as z from 'zod';
import { automationOf, automationReason, isHabitual } from '../benign-causes.ts';
import { defineDetector, type Judgement } from '../detector.ts';
import { describeFirsts } from '../history/first-phrases.ts';
import type { AccessEvent } from '../model/access-event.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import { milder, type Severity } from '../model/severity.ts';
import { shortPrincipal } from '../phrases.ts';

/**
 * A rotation function moves labels as its job. AWS says whose credentials they are, so that nobody can pass for one;
 * and where its network is known, they are at home.
 */
const isRotationFunction = ({ actor, assessment }: AssessedEvent): boolean =>
  actor.kind === 'role' && lambdaArn.test(actor.scope ?? '') && !assessment.firsts.includes('network');

const lambdaArn = /^arn:[^:]+:lambda:/;

/** Older records say it only by the user agent. */
const claimsToBeFunction = ({ actor, agent }: AccessEvent): boolean =>
  actor.kind === 'role' && actor.scope === undefined && agent.family === 'aws-lambda';

/** Somebody who never did such a thing does it, or from a network that nobody knows. */
const isStrange = ({ assessment: { firsts, networkKnownTo } }: AssessedEvent): boolean =>
  firsts.includes('identity') ||
  firsts.includes('action') ||
  (firsts.includes('network') && networkKnownTo === 'nobody');

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
  stage: 'change',
  attack: ['T1485', 'T1531'],
  rationale:
    'These calls make a secret unusable, stop its rotation, hand another version to its consumers or take away its protection. All are rare.',
  falsePositives: [
    'A planned clean-up, or infrastructure-as-code that destroys a stack; what it does is one level milder and says so.',
    'An operator who moves a label back after a failed rotation.',
  ],
  blindSpots: [
    'A label that is moved with the credentials of the rotation function, from its own network.',
    'A new value that is written over the old one, which is how secrets are rotated too.',
  ],
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
    const { severity, because } = weigh(events, judgement.severity ?? 'medium');
    const firsts = describeFirsts(events);
    return {
      title: `${shortPrincipal(event.actor.principal)} ${judgement.title}`,
      severity,
      explanation: [judgement.explanation, firsts && `It was done ${firsts}.`, because]
        .filter(Boolean)
        .join(' '),
    };
  },
});

/** Milder for deployments and habits, with the reason; a replication by a stranger weighs as much as a deletion. */
function weigh(
  events: readonly AssessedEvent[],
  severity: Severity,
): { severity: Severity; because?: string } {
  if (events.every((event) => event.action === 'move-stage' && claimsToBeFunction(event))) {
    return {
      severity: 'info',
      because:
        'Info, because a role whose calls name themselves a Lambda runtime did it, as rotations do. Anybody can send that name: look for a rotation of the secret at that time.',
    };
  }
  if (events.some(({ assessment }) => assessment.regionsNewToOrganisation.length > 0)) {
    return { severity: 'medium', because: 'Nobody here had used that Region.' };
  }
  const automation = automationOf(events);
  const isElsewhere = events.some(
    ({ assessment }) => assessment.firsts.includes('network') || assessment.firsts.includes('identity'),
  );
  if (automation && !isElsewhere)
    return { severity: milder(severity), because: automationReason(automation) };
  // A replication to a Region in use is planned work more often than not, also when somebody does it the first time.
  if (events.some(isStrange)) {
    const isPlanned = events.every(
      ({ action, assessment }) =>
        action === 'replicate' &&
        !assessment.firsts.includes('network') &&
        assessment.networkKnownTo !== 'nobody',
    );
    return { severity: isPlanned || severity !== 'low' ? severity : 'medium' };
  }
  if (events.every(({ action, assessment }) => action === 'move-stage' && assessment.isRotated)) {
    return {
      severity: milder(severity),
      because:
        'Milder, because the suite rotates this secret: it follows who uses which version, and tells what became of it in a finding of its own.',
    };
  }
  if (events.every(isHabitual)) {
    return {
      severity: milder(severity),
      because:
        'Milder, because the identity did such things before, from the same networks with the same tools.',
    };
  }
  return { severity };
}
