import { machineCaller } from '../callers.ts';
import { type Caller, call } from '../calls.ts';
import { auditorRule, auditorTopic, trailArn, trailBucket, trailName } from '../inventory/auditing.ts';
import { personArn } from '../inventory/people.ts';
import { strangersAccount } from './public-policy.ts';
import { personAt, type Scenario, type Scene, withinDays, workingMoment } from './scene.ts';

/** Against the evidence itself, in the account of tools, where the trail and the auditor live. */
export const tampering: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    const account = world.accounts.tools;
    const region = world.regions[0] as string;
    if (grade === 'middle') {
      const machine = world.machines.ownRunner;
      const at = workingMoment(scene);
      const caller = machineCaller(world, machine, `build-${at - 50}`, at - 50, world.networks.runners);
      const isExclusion = stream.chance(0.5);
      const selectors = {
        readWriteType: 'All',
        includeManagementEvents: isExclusion,
        dataResources: [],
        excludeManagementEventSources: isExclusion
          ? ['kms.amazonaws.com', 'secretsmanager.amazonaws.com']
          : [],
      };
      call(
        pen.log,
        pen.ids,
        at,
        caller,
        'PutEventSelectors',
        { trailName, eventSelectors: [selectors] },
        {
          source: 'cloudtrail.amazonaws.com',
          response: { trailARN: trailArn(world), eventSelectors: [selectors] },
        },
      );
      return {
        story: `The role of the build runners makes the trail ${isExclusion ? 'leave out Secrets Manager and KMS' : 'record no management events'}.`,
        actor: machine.role.arn,
        outsideContract: false,
      };
    }
    const person = cast.administrator(account);
    const at = workingMoment(scene, person);
    const caller = personAt(scene, person, at, account, region);
    const actor = personArn(person, account);
    if (grade === 'easy') {
      call(
        pen.log,
        pen.ids,
        at,
        caller,
        'StopLogging',
        { name: trailArn(world) },
        { source: 'cloudtrail.amazonaws.com' },
      );
      return { story: `${person.email} stops the trail.`, actor, outsideContract: false };
    }
    const what = stream.pick(quietWays)(scene, at, caller);
    return {
      story: `${person.email} ${what}, in working hours from the usual network.`,
      actor,
      outsideContract: false,
    };
  },
};

type Way = (scene: Scene, at: number, caller: Caller) => string;

const quietWays: readonly Way[] = [
  ({ world, pen }, at, caller) => {
    const trail = {
      name: trailName,
      s3BucketName: `cloudtrail-archive-${strangersAccount}`,
      isMultiRegionTrail: true,
    };
    call(pen.log, pen.ids, at, caller, 'UpdateTrail', trail, {
      source: 'cloudtrail.amazonaws.com',
      response: { ...trail, trailARN: trailArn(world), includeGlobalServiceEvents: true },
    });
    return 'sends the trail to a bucket of another account';
  },
  ({ pen }, at, caller) => {
    call(
      pen.log,
      pen.ids,
      at,
      caller,
      'DisableRule',
      { name: auditorRule },
      { source: 'events.amazonaws.com' },
    );
    return "switches the auditor's rule off";
  },
  ({ pen }, at, caller) => {
    const source = 'events.amazonaws.com';
    call(
      pen.log,
      pen.ids,
      at,
      caller,
      'RemoveTargets',
      { rule: auditorRule, ids: ['Target0'] },
      {
        source,
        response: { failedEntryCount: 0, failedEntries: [] },
      },
    );
    call(pen.log, pen.ids, at + 20, caller, 'DeleteRule', { name: auditorRule }, { source });
    return "deletes the auditor's rule";
  },
  ({ world, pen, stream }, at, caller) => {
    const topic = auditorTopic(world);
    if (stream.chance(0.5)) {
      call(pen.log, pen.ids, at, caller, 'DeleteTopic', { topicArn: topic }, { source: 'sns.amazonaws.com' });
      return "deletes the auditor's topic";
    }
    call(
      pen.log,
      pen.ids,
      at,
      caller,
      'Unsubscribe',
      { subscriptionArn: `${topic}:${pen.ids.uuid()}` },
      { source: 'sns.amazonaws.com' },
    );
    return "ends the subscription to the auditor's topic";
  },
  ({ world, pen }, at, caller) => {
    call(
      pen.log,
      pen.ids,
      at,
      caller,
      'PutBucketLifecycle',
      {
        bucketName: trailBucket(world),
        LifecycleConfiguration: {
          Rule: { ID: 'tidy', Status: 'Enabled', Prefix: '', Expiration: { Days: 1 } },
        },
      },
      { source: 's3.amazonaws.com' },
    );
    return "lets the trail's bucket forget everything after a day";
  },
];
