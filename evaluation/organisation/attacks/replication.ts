import { terraformCaller } from '../callers.ts';
import type { Caller } from '../calls.ts';
import { allRegions } from '../inventory/accounts.ts';
import { personArn } from '../inventory/people.ts';
import type { Secret } from '../inventory/secrets.ts';
import { change, read, serviceEvent } from '../secret-calls.ts';
import {
  anyMoment,
  oneSecret,
  otherSecrets,
  personAt,
  rentedMachine,
  type Scenario,
  type Scene,
  stolen,
  userAt,
  withinDays,
  workingMoment,
} from './scene.ts';

/** To a Region that the organisation never used. */
export const replication: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    const region = stream.pick(allRegions.filter((one) => !world.regions.includes(one)));
    if (grade === 'easy') {
      const user = cast.user();
      const at = anyMoment(scene);
      const caller = stolen(userAt(scene, user, at), cast.attackersNetwork(), rentedMachine(stream));
      const secrets = otherSecrets(scene, 3, { account: user.account, region: user.region });
      secrets.forEach((secret, index) => {
        replicate(scene, at + index * 10, caller, secret, region);
      });
      return {
        story: `Somebody with the key of ${user.name} replicates ${secrets.length} secrets to ${region} from a hosting provider.`,
        actor: user.arn,
        outsideContract: true,
      };
    }
    const account = world.accounts.prod;
    if (grade === 'middle') {
      const person = cast.person(() => true, account);
      const secret = oneSecret(
        scene,
        (one) => one.account === account && one.use === 'people',
        (one) => one.account === account,
      );
      const at = workingMoment(scene, person);
      replicate(scene, at, personAt(scene, person, at, secret.account, secret.region), secret, region);
      return {
        story: `${person.email} replicates ${secret.name} to ${region}, by hand.`,
        actor: personArn(person, secret.account),
        outsideContract: true,
      };
    }
    const machine = cast.machine(world.machines.terraform);
    const at = workingMoment(scene);
    const managed = new Set(machine.secrets);
    const secret = oneSecret(
      scene,
      (one) => managed.has(one) && one.use === 'people',
      (one) => managed.has(one),
    );
    const caller = terraformCaller(world, machine, at - 30);
    replicate(scene, at, caller, secret, region);
    const copy = { ...secret, region, arn: secret.arn.replace(`:${secret.region}:`, `:${region}:`) };
    read(pen, at + stream.int(60, 400), caller, copy, { byArn: true });
    return {
      story: `The role of Terraform replicates ${secret.name} to ${region} and reads it there once.`,
      actor: machine.role.arn,
      outsideContract: true,
    };
  },
};

function replicate({ pen }: Scene, at: number, caller: Caller, secret: Secret, region: string): void {
  change(
    pen,
    at,
    caller,
    secret,
    'ReplicateSecretToRegions',
    { addReplicaRegions: [{ region }], forceOverwriteReplicaSecret: false },
    { replicationStatus: [{ region, status: 'InProgress' }] },
  );
  const token = pen.ids.uuid();
  serviceEvent(pen, at + 2, secret, 'ReplicationStarted', token);
  serviceEvent(pen, at + 8, secret, 'ReplicationSucceeded', token);
}
