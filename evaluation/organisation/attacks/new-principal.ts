import { agents, commandLine } from '../agents.ts';
import { dayOf, minute } from '../calendar.ts';
import { roleCaller } from '../callers.ts';
import {
  assumeRole,
  attachUserPolicy,
  createAccessKey,
  createRole,
  createUser,
  putRolePolicy,
} from '../iam-calls.ts';
import { iamUser, roleOf, sessionKey } from '../identities.ts';
import { natAddress } from '../networks.ts';
import { streamOf } from '../random.ts';
import { read } from '../secret-calls.ts';
import {
  anyMoment,
  otherSecrets,
  personAt,
  rentedMachine,
  type Scenario,
  stolen,
  userAt,
  withinDays,
  workingMoment,
} from './scene.ts';

/** A user or role made minutes before it reads. The actor is the new one. */
export const newPrincipal: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    const account = world.accounts.prod;
    if (grade === 'easy') {
      const maker = cast.user();
      const at = anyMoment(scene);
      const address = cast.attackersNetwork();
      const agent = rentedMachine(stream);
      const makes = stolen(userAt(scene, maker, at), address, agent);
      const name = stream.pick(['support-temp', 'svc-monitor2', 'backup-ops', 'audit-user']);
      const userId = `AIDA${stream.base32(17)}`;
      const key = `AKIA${stream.base32(16)}`;
      createUser(pen, at, makes, name, userId);
      attachUserPolicy(pen, at + 4, makes, name, 'arn:aws:iam::aws:policy/SecretsManagerReadWrite');
      createAccessKey(pen, at + 9, makes, name, key);
      const caller = {
        ...makes,
        arn: `arn:aws:iam::${maker.account}:user/${name}`,
        identity: iamUser(maker.account, name, userId, key),
      };
      otherSecrets(scene, 6, { account: maker.account }).forEach((secret, index) => {
        read(pen, at + 90 + index * 8, caller, secret);
      });
      return {
        story: `Somebody with the key of ${maker.name} makes the user ${name}, which reads six secrets two minutes later from a hosting provider.`,
        actor: caller.arn,
        outsideContract: true,
      };
    }
    const person = cast.person(({ set }) => set === 'PlatformAdmin', account);
    const at = workingMoment(scene, person);
    const region = world.regions[0] as string;
    const makes = personAt(scene, person, at, account, region, { tool: 'cli' });
    const name =
      grade === 'middle'
        ? stream.pick(['test-access', 'debug-secrets', 'tmp-migration'])
        : `${stream.pick(world.services.filter((service) => service.account === account)).name}-v2-task`;
    const role = roleOf(world.seed, account, name);
    const secrets = otherSecrets(scene, grade === 'middle' ? 3 : 1, { account, region, notOf: person.team });
    createRole(pen, at, makes, role, { AWS: `arn:aws:iam::${account}:root` });
    putRolePolicy(pen, at + 15, makes, role, ['*']);
    const start = at + 3 * minute;
    const session = grade === 'middle' ? 'test' : stream.hex(32);
    assumeRole(pen, start, makes, role, session, sessionKey(world.seed, role.arn, session, start));
    const day = dayOf(world.calendar, start);
    const caller = roleCaller(
      world,
      role,
      region,
      session,
      start,
      grade === 'middle' ? makes.address : natAddress(world.networks, account, region, day, stream.int(0, 9)),
      grade === 'middle'
        ? commandLine(streamOf(world.seed, 'new', name), person.system)
        : agents.boto3(streamOf(world.seed, 'new', name)),
    );
    secrets.forEach((secret, index) => {
      read(pen, start + 40 + index * 30, caller, secret);
    });
    return {
      story:
        grade === 'middle'
          ? `${person.email} makes the role ${name} and reads three secrets with it minutes later, from the usual network.`
          : `${person.email} makes a role that is named like a service, ${name}, and it reads one secret of another team from a known NAT gateway.`,
      actor: role.arn,
      outsideContract: true,
    };
  },
};
