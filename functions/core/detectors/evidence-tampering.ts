import * as z from 'zod';
import { automationOf, automationReason } from '../benign-causes.ts';
import { matchesGlob } from '../contracts/glob.ts';
import { defineDetector, type Judgement } from '../detector.ts';
import type { AccessEvent } from '../model/access-event.ts';
import { gravestAmong, milder, type Severity } from '../model/severity.ts';
import { shortPrincipal } from '../phrases.ts';

const selectorJudgements: Record<NonNullable<AccessEvent['detail']['managementEvents']>, Judgement> = {
  none: {
    title: 'took management events out of',
    severity: 'high',
    explanation:
      'PutEventSelectors without management events: reads of secrets leave no trace in this trail.',
  },
  partial: {
    title: 'limited the management events of',
    severity: 'high',
    explanation:
      'PutEventSelectors that leaves out reads, writes or some services: reads of secrets may leave no trace.',
  },
  all: {
    title: 'set the event selectors of',
    severity: 'low',
    explanation: 'PutEventSelectors; all management events are still recorded.',
  },
  unknown: {
    title: 'set the event selectors of',
    severity: 'medium',
    explanation: 'PutEventSelectors. Not known: what is still recorded, because the record does not say.',
  },
};

/** CloudTrail's own proposal for a bucket's name ends in the account's number; the record does not say what was before. */
const namesOwnBucketOnly = ({ account, detail }: AccessEvent): boolean =>
  detail.weakened?.length === 1 &&
  detail.weakened[0] === 's3BucketName' &&
  detail.bucket?.includes(account) === true;

/** The title is the middle of "somebody … trail". */
function judgeChange(event: AccessEvent): Judgement {
  const { action, detail } = event;
  switch (action) {
    case 'stop-trail':
      return { title: 'stopped', explanation: 'StopLogging: from here on this trail records nothing.' };
    case 'delete-trail':
      return { title: 'deleted', explanation: 'DeleteTrail: from here on this trail records nothing.' };
    case 'put-event-selectors':
      return selectorJudgements[detail.managementEvents ?? 'unknown'];
    default:
      if (namesOwnBucketOnly(event)) {
        return {
          title: 'set the bucket of',
          severity: 'low',
          explanation: `UpdateTrail names bucket ${detail.bucket}, which bears the number of this account, and weakens nothing else. Not known: whether it was another before, and whose it is.`,
        };
      }
      return detail.weakened?.length
        ? {
            title: 'changed what is recorded, or where, by',
            severity: 'medium',
            explanation: `UpdateTrail set ${detail.weakened.join(', ')}.`,
          }
        : { title: 'changed', severity: 'low', explanation: 'UpdateTrail; no protection was switched off.' };
  }
}

type Change = readonly [done: string, severity: Severity, effect: string];

/** By the end of "somebody … NAME"; names of events as Lambda writes them carry its API's version. */
const auditorChanges: Readonly<Record<string, Change>> = {
  DisableRule: ['disabled rule', 'high', 'Events no longer pass it.'],
  DeleteRule: ['deleted rule', 'high', 'Events no longer pass it.'],
  RemoveTargets: ['took targets from rule', 'high', 'Events no longer reach what they were meant for.'],
  PutRule: ['changed rule', 'medium', 'Other events may pass it now.'],
  DeleteTopic: ['deleted topic', 'high', 'Nobody is told of findings by it any more.'],
  Unsubscribe: ['ended a subscription of topic', 'medium', 'Its subscriber hears of no more findings.'],
  SetTopicAttributes: ['changed topic', 'medium', 'Who may publish and read there may have changed.'],
  RemovePermission: ['took a permission from topic', 'medium', 'Somebody can no longer use it.'],
  DeleteQueue: ['deleted queue', 'high', 'What was waiting in it is lost, and nothing more arrives.'],
  PurgeQueue: ['emptied queue', 'high', 'What was waiting in it is lost; the sweep asks CloudTrail again.'],
  SetQueueAttributes: [
    'changed queue',
    'medium',
    'Who may send to it, or how long it keeps, may have changed.',
  ],
  DeleteTable: ['deleted table', 'high', 'Findings, history and checkpoints were in it.'],
  UpdateTimeToLive: ['changed how long items live in table', 'medium', 'Findings may go earlier, or never.'],
  UpdateContinuousBackups: ['changed the backups of table', 'medium', 'It may be lost for good now.'],
  DeleteFunction20150331: ['deleted function', 'high', 'Its part of the auditor does not run any more.'],
  PutFunctionConcurrency20171031: ['limited function', 'medium', 'It may fall behind.'],
  UpdateEventSourceMapping20150331: ['changed the feed of function', 'medium', 'It may get fewer events.'],
  DeleteEventSourceMapping20150331: ['cut the feed of function', 'high', 'It gets no events any more.'],
  UpdateFunctionConfiguration20150331v2: [
    'changed the configuration of function',
    'medium',
    'It may do something else now, or nothing.',
  ],
  UpdateFunctionCode20150331v2: ['replaced the code of function', 'medium', 'It may do something else now.'],
  DeleteLogGroup: ['deleted log group', 'medium', 'What the auditor said of its own faults is lost.'],
  PutBucketLifecycle: ['changed the life cycle of bucket', 'medium', 'Logs may go earlier.'],
  PutBucketLifecycleConfiguration: ['changed the life cycle of bucket', 'medium', 'Logs may go earlier.'],
  PutBucketPolicy: ['set the policy of bucket', 'medium', 'CloudTrail may no longer write, or others may.'],
  DeleteBucketPolicy: ['deleted the policy of bucket', 'high', 'CloudTrail can no longer write to it.'],
  DeleteBucket: ['deleted bucket', 'high', 'Its logs are lost, and no more arrive.'],
  PutBucketVersioning: ['suspended the versioning of bucket', 'medium', 'Logs can be overwritten for good.'],
  DisableKey: ['disabled key', 'high', 'Nothing under it can be written or read.'],
  ScheduleKeyDeletion: ['scheduled the deletion of key', 'high', 'Nothing under it can be read any more.'],
  PutKeyPolicy: ['set the policy of key', 'medium', 'The auditor may lose the use of it.'],
};

function judgeAuditorChange(event: AccessEvent): Judgement & { severity: Severity } {
  const [done, severity, effect] = auditorChanges[event.eventName] ?? ['changed', 'medium', ''];
  const changed = event.detail.switchedOff
    ? { title: done.replace(/^(changed|limited)/, 'switched off'), severity: 'high' as const }
    : { title: done, severity };
  return {
    ...changed,
    explanation: `${event.eventName}: ${effect.charAt(0).toLowerCase()}${effect.slice(1)}`,
  };
}

const matchesAny = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => matchesGlob(pattern.toLowerCase(), name.toLowerCase()));

export default defineDetector({
  id: 'evidence-tampering',
  title: 'A trail or the auditor itself was stopped, deleted or narrowed',
  severity: 'high',
  status: 'stable',
  stage: 'concealment',
  attack: ['T1562.008'],
  rationale:
    'Without the trail nothing else in this suite sees anything, and without its own rule, topic and table it tells nobody. Whoever wants to stay unseen begins here.',
  falsePositives: [
    'A planned move to an organization trail.',
    'Infrastructure-as-code that sets selectors, or a deployment of the auditor; what CloudFormation did is one level milder and says so.',
  ],
  blindSpots: [
    'In a Region without a watcher it is found by the next sweep only.',
    'watch and the sweep ask only for changes of trails. Changes of rules, topics, queues, tables, functions, buckets and keys are found in log files.',
    'A key is known by its id, which holds no name: list it under resources.',
    'An identity that is kept from the auditor by a policy of the organization.',
  ],
  response: [
    'Start the trail again, or restore its selectors, at once. Deploy the auditor again where its parts are gone.',
    'Ask who did it. If nobody knows: revoke the credentials, and treat the time without evidence as unknown, not as quiet.',
  ],
  actions: ['stop-trail', 'delete-trail', 'update-trail', 'put-event-selectors', 'change-auditor'],
  params: z.strictObject({
    resources: z
      .array(z.string().min(1))
      .default(['*secrets-audit*', '*secrets_audit*', '*secretsaudit*'])
      .describe(
        "Names of the auditor's own rules, topics, queues, tables, functions and keys; * stands for anything, case does not matter",
      ),
    trailBuckets: z
      .array(z.string().min(1))
      .default(['*trail*'])
      .describe('Names of buckets that hold logs of CloudTrail; the same'),
  }),
  matches: ({ action, outcome, eventSource, detail: { resource = '' } }, { resources, trailBuckets }) =>
    outcome !== 'failed' &&
    (action !== 'change-auditor' ||
      matchesAny(resources, resource) ||
      (eventSource === 's3.amazonaws.com' && matchesAny(trailBuckets, resource))),
  count: () => ({ by: ['actor', 'resource', 'action'] }),
  describe({ events }) {
    const [first] = events;
    const done = events.filter(({ outcome }) => outcome === 'allowed');
    const who = shortPrincipal(first.actor.principal);
    const { trail, resource } = first.detail;
    const what =
      first.action === 'change-auditor'
        ? lastPart(resource ?? '')
        : trail
          ? `trail ${lastPart(trail)}`
          : 'a trail';
    if (done.length === 0) {
      return {
        title: `${who} was refused ${first.eventName} on ${what}`,
        severity: 'medium',
        explanation: `${first.eventName} was tried and refused. Nothing changed.`,
      };
    }
    if (first.action !== 'change-auditor') {
      const judgement = judgeChange(done[0] ?? first);
      return { ...judgement, title: `${who} ${judgement.title} ${what}` };
    }
    const judged = done.map(judgeAuditorChange);
    const { title, severity, explanation } = gravestAmong(judged) ?? judgeAuditorChange(first);
    const automation = automationOf(done);
    return {
      title: `${who} ${title} ${what}`,
      severity: automation?.isCertain ? milder(severity) : severity,
      explanation: automation?.isCertain ? `${explanation} ${automationReason(automation)}` : explanation,
    };
  },
});

/** The name within an ARN, a queue's address or a log group. */
const lastPart = (nameOrArn: string): string => {
  const name = nameOrArn.replace(/^https?:\/\//, '').replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:(function:)?/, '');
  return name.slice(name.lastIndexOf('/') + 1) || nameOrArn;
};
