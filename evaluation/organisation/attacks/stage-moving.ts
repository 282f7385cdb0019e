import { ciCaller, terraformCaller } from '../callers.ts';
import type { Caller } from '../calls.ts';
import { personArn } from '../inventory/people.ts';
import type { Secret } from '../inventory/secrets.ts';
import { versionAt } from '../inventory/versions.ts';
import { hostedRunnerAddress } from '../networks.ts';
import { change, read } from '../secret-calls.ts';
import { oneSecret, personAt, type Scenario, type Scene, withinDays, workingMoment } from './scene.ts';

/** UpdateSecretVersionStage by somebody who is no rotation function. */
export const stageMoving: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    const account = world.accounts.prod;
    if (grade === 'easy') {
      const person = cast.person(() => true, account);
      const secret = oneSecret(
        scene,
        (one) =>
          one.account === account &&
          one.use === 'services' &&
          one.rotation === undefined &&
          one.owner !== person.team,
        (one) => one.account === account,
      );
      const at = workingMoment(scene, person);
      moveBack(
        scene,
        at,
        personAt(scene, person, at, secret.account, secret.region, { tool: 'cli' }),
        secret,
      );
      return {
        story: `${person.email} makes an old version of ${secret.name} the current one by hand.`,
        actor: personArn(person, secret.account),
        outsideContract: true,
      };
    }
    if (grade === 'middle') {
      const machine = cast.machine(world.machines.ci);
      const at = workingMoment(scene);
      const secret = oneSecret(
        scene,
        (one) => one.account === machine.account && one.use === 'services' && one.rotation === undefined,
      );
      moveBack(scene, at, ciCaller(world, machine, at - 90, hostedRunnerAddress(stream)), secret);
      return {
        story: `A job of CI makes an old version of ${secret.name} the current one.`,
        actor: machine.role.arn,
        outsideContract: true,
      };
    }
    const machine = cast.machine(world.machines.terraform);
    const at = workingMoment(scene);
    const managed = new Set(machine.secrets);
    const secret = oneSecret(
      scene,
      (one) => managed.has(one) && one.rotation !== undefined,
      (one) => managed.has(one) && one.use === 'services',
    );
    const caller = terraformCaller(world, machine, at - 60);
    moveBack(scene, at, caller, secret);
    read(pen, at + stream.int(20, 90), caller, secret, { byArn: true, versionStage: 'AWSPREVIOUS' });
    return {
      story: `The role of Terraform moves AWSCURRENT of ${secret.name}, which it never did, and reads the previous value.`,
      actor: machine.role.arn,
      outsideContract: secret.rotation === undefined,
    };
  },
};

const moveBack = (scene: Scene, at: number, caller: Caller, secret: Secret): void => {
  const current = versionAt(secret, at);
  const older = secret.versions[secret.versions.indexOf(current) - 1] ?? scene.pen.ids.uuid();
  change(scene.pen, at, caller, secret, 'UpdateSecretVersionStage', {
    versionStage: 'AWSCURRENT',
    moveToVersionId: older,
    removeFromVersionId: current,
  });
};
