import { agents } from '../agents.ts';
import { dayOf, hour, startOf } from '../calendar.ts';
import { roleCaller } from '../callers.ts';
import { call } from '../calls.ts';
import { roleOf } from '../identities.ts';
import type { Secret } from '../inventory/secrets.ts';
import { rotationSeconds, versionAt } from '../inventory/versions.ts';
import type { World } from '../inventory/world.ts';
import { natAddress } from '../networks.ts';
import { streamOf } from '../random.ts';
import { change, describe, notFound, type Pen, putValue, read, serviceEvent } from '../secret-calls.ts';
import { isRecurring, writeStart } from './services.ts';

/** Scheduled rotations of a day, and the one attempt that fails. */
export function writeRotations(world: World, log: Pen['log'], day: number): void {
  const midnight = startOf(world.calendar, day);
  const { rename, failedRotation } = world.plan;
  for (const secret of world.secrets) {
    if (secret.rotation === undefined || secret === rename?.from) continue;
    for (const at of secret.rotation.startsAt)
      if (at >= midnight - hour && at < midnight + 24 * hour) rotate(world, log, secret, at, true);
  }
  if (failedRotation !== undefined && dayOf(world.calendar, failedRotation.at) === day)
    rotate(world, log, failedRotation.secret, failedRotation.at, false);
}

/** The four steps, as the rotation functions of AWS go through them. */
function rotate(world: World, log: Pen['log'], secret: Secret, start: number, succeeds: boolean): void {
  const { seed } = world;
  const ids = streamOf(seed, 'rotation', secret.arn, start);
  const pen = { log, ids };
  const name = secret.rotation?.functionName ?? 'SecretsManagerRotation';
  const role = roleOf(seed, secret.account, `${name}-role`);
  const day = dayOf(world.calendar, start);
  const caller = roleCaller(
    world,
    role,
    secret.region,
    name,
    start - 1,
    natAddress(world.networks, secret.account, secret.region, day, 0),
    agents.boto3Lambda(streamOf(seed, 'rotation-agent', secret.account)),
    {
      scope: ['AWS::Lambda::Function', `arn:aws:lambda:${secret.region}:${secret.account}:function:${name}`],
    },
  );
  const token = succeeds ? versionAt(secret, start + rotationSeconds) : ids.uuid();
  serviceEvent(pen, start, secret, 'RotationStarted', token);
  describe(pen, start + 2, caller, secret, 'DescribeSecret', true);
  read(pen, start + 3, caller, secret, { byArn: true, versionStage: 'AWSCURRENT' });
  // The pending value is not there yet: the function finds out by asking.
  notFound(pen, start + 3, caller, secret.arn, 'AWSPENDING');
  call(log, ids, start + 4, caller, 'GetRandomPassword', {
    passwordLength: 32,
    excludeCharacters: '/@"\'\\',
  });
  putValue(pen, start + 5, caller, secret, token, ['AWSPENDING']);
  describe(pen, start + 8, caller, secret, 'DescribeSecret', true);
  read(pen, start + 9, caller, secret, { byArn: true, versionId: token, versionStage: 'AWSPENDING' });
  if (!succeeds) {
    serviceEvent(pen, start + 20, secret, 'RotationFailed', token, {
      errorMessage: `Error when executing lambda arn:aws:lambda:${secret.region}:${secret.account}:function:${name} during setSecret step`,
    });
    return;
  }
  read(pen, start + 10, caller, secret, { byArn: true, versionStage: 'AWSCURRENT' });
  // AWS's templates for databases try the previous value when neither pending nor current lets them in.
  if (ids.chance(0.3)) read(pen, start + 11, caller, secret, { byArn: true, versionStage: 'AWSPREVIOUS' });
  describe(pen, start + 18, caller, secret, 'DescribeSecret', true);
  read(pen, start + 19, caller, secret, { byArn: true, versionId: token, versionStage: 'AWSPENDING' });
  describe(pen, start + 30, caller, secret, 'DescribeSecret', true);
  change(pen, start + 32, caller, secret, 'UpdateSecretVersionStage', {
    versionStage: 'AWSCURRENT',
    moveToVersionId: token,
    removeFromVersionId: versionAt(secret, start),
  });
  serviceEvent(pen, start + rotationSeconds, secret, 'RotationSucceeded', token);
  for (const service of world.services)
    if (service.secrets.includes(secret) && service.startsOnDay <= day && !isRecurring(service))
      writeStart(world, pen, service, start + ids.int(60, 1200), ids.int(0, service.slots - 1));
}
