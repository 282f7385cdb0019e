import { minute } from '../calendar.ts';
import { personArn } from '../inventory/people.ts';
import { read, refuse } from '../secret-calls.ts';
import {
  anyMoment,
  otherSecrets,
  personAt,
  rentedMachine,
  type Scenario,
  sessionAt,
  stolen,
  userAt,
  withinDays,
  workingMoment,
} from './scene.ts';

const probes = [
  'GetSecretValue',
  'DescribeSecret',
  'GetResourcePolicy',
  'ListSecretVersionIds',
  'PutResourcePolicy',
  'UpdateSecret',
];

export const deniedProbing: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    if (grade === 'easy') {
      const user = cast.user();
      const at = anyMoment(scene);
      const caller = stolen(userAt(scene, user, at), cast.attackersNetwork(), rentedMachine(stream));
      const secrets = otherSecrets(scene, 9, { account: user.account, except: user.secrets });
      refuse(pen, at, caller, 'ListSecrets');
      for (let index = 1; index < 25; index += 1)
        refuse(
          pen,
          at + index * 6,
          caller,
          probes[index % probes.length] ?? 'GetSecretValue',
          secrets[index % secrets.length],
        );
      return {
        story: `Somebody with the key of ${user.name} is refused 25 times, over actions and secrets, from a hosting provider.`,
        actor: user.arn,
        outsideContract: true,
      };
    }
    if (grade === 'middle') {
      const service = cast.service(({ kind }) => kind === 'task' || kind === 'pod');
      const at = anyMoment(scene);
      const caller = stolen(sessionAt(world, service, at), cast.attackersNetwork(), rentedMachine(stream));
      const secrets = otherSecrets(scene, 5, { account: service.account, except: service.secrets });
      secrets.forEach((secret, index) => {
        refuse(pen, at + index * 40, caller, index < 2 ? 'DescribeSecret' : 'GetSecretValue', secret);
      });
      return {
        story: `The role of ${service.name} is refused ${secrets.length} times from a hosting provider.`,
        actor: service.role.arn,
        outsideContract: true,
      };
    }
    const account = world.accounts.prod;
    const person = cast.person(() => true, account);
    const at = workingMoment(scene, person);
    const secrets = otherSecrets(scene, 4, { account, notOf: person.team });
    secrets.forEach((secret, index) => {
      const now = at + index * 13 * minute + stream.int(0, 2 * minute);
      const caller = personAt(scene, person, at, account, secret.region);
      if (index < secrets.length - 1) refuse(pen, now, caller, 'GetSecretValue', secret);
      else read(pen, now, caller, secret, { byArn: person.tools[0] === 'console' });
    });
    return {
      story: `${person.email} is refused three secrets of other teams in forty minutes and then reads a fourth one, from the usual network.`,
      actor: personArn(person, account),
      outsideContract: true,
    };
  },
};
