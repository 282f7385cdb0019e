import { ciCaller } from '../callers.ts';
import { personArn } from '../inventory/people.ts';
import type { Secret } from '../inventory/secrets.ts';
import { hostedRunnerAddress } from '../networks.ts';
import { change, deleteSecret } from '../secret-calls.ts';
import {
  anyMoment,
  oneSecret,
  personAt,
  rentedMachine,
  type Scenario,
  stolen,
  userAt,
  withinDays,
  workingMoment,
} from './scene.ts';

/** Idle secrets are deleted, where there are any: of others, peace would have to break off. */
export const destruction: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    // The last idle one is deleted in peace.
    const idle = world.secrets
      .filter(({ use, createdOnDay }) => use === 'idle' && createdOnDay === 0)
      .slice(0, -1);
    if (grade === 'easy') {
      const user = cast.user();
      const at = anyMoment(scene);
      const caller = stolen(userAt(scene, user, at), cast.attackersNetwork(), rentedMachine(stream));
      const own = idle.filter(({ account }) => account === user.account);
      const targets: readonly Secret[] = stream.sample(
        own.length > 0
          ? own
          : [oneSecret(scene, ({ account, use }) => account === user.account && use === 'people')],
        5,
      );
      targets.forEach((secret, index) => {
        deleteSecret(pen, at + index * 3, caller, secret, { forceDeleteWithoutRecovery: true });
      });
      return {
        story: `Somebody with the key of ${user.name} deletes ${targets.length} secrets for good from a hosting provider.`,
        actor: user.arn,
        outsideContract: true,
      };
    }
    if (grade === 'middle') {
      const secret = idle.length > 0 ? stream.pick(idle) : oneSecret(scene, ({ use }) => use === 'people');
      const person = cast.person(({ roles }) => roles.has(secret.account), secret.account);
      const at = workingMoment(scene, person);
      deleteSecret(pen, at, personAt(scene, person, at, secret.account, secret.region), secret, {
        recoveryWindowInDays: 7,
      });
      return {
        story: `${person.email} deletes ${secret.name} with a recovery window of 7 days, by hand.`,
        actor: personArn(person, secret.account),
        outsideContract: true,
      };
    }
    const machine = cast.machine(world.machines.ci);
    const at = workingMoment(scene);
    const secret = oneSecret(
      scene,
      ({ account, rotation }) => account === machine.account && rotation !== undefined,
      ({ account, use }) => account === machine.account && use === 'services',
    );
    const caller = ciCaller(world, machine, at - 60, hostedRunnerAddress(stream));
    change(pen, at, caller, secret, 'CancelRotateSecret');
    change(pen, at + stream.int(3, 40), caller, secret, 'DeleteResourcePolicy');
    return {
      story: `A job of CI ends the rotation of ${secret.name} and removes its policy.`,
      actor: machine.role.arn,
      outsideContract: true,
    };
  },
};
