import { minute } from '../calendar.ts';
import type { Caller } from '../calls.ts';
import { personArn } from '../inventory/people.ts';
import type { Secret } from '../inventory/secrets.ts';
import { signIn } from '../peace/people.ts';
import { describe, list, read } from '../secret-calls.ts';
import {
  anyMoment,
  otherSecrets,
  personAt,
  rentedMachine,
  type Scenario,
  type Scene,
  sessionAt,
  stolen,
  userAt,
  withinDays,
  workingMoment,
} from './scene.ts';

/** List, describe, read. */
export const enumeration: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    if (grade === 'easy') {
      const service = cast.service(({ kind }) => kind === 'pod' || kind === 'task');
      const at = anyMoment(scene);
      const caller = stolen(sessionAt(world, service, at), cast.attackersNetwork(), rentedMachine(stream));
      const secrets = otherSecrets(scene, 5, { account: service.account, region: service.region });
      walk(scene, caller, at, secrets, 3, 12);
      return {
        story: `The role of ${service.name} lists, describes and reads in three minutes with boto3 from a hosting provider.`,
        actor: service.role.arn,
        outsideContract: true,
      };
    }
    if (grade === 'middle') {
      const user = cast.user();
      const at = anyMoment(scene);
      const secrets = otherSecrets(scene, 5, {
        account: user.account,
        region: user.region,
        except: user.secrets,
      });
      walk(scene, userAt(scene, user, at), at, secrets, 2, 70);
      return {
        story: `${user.name}, which only ever reads its own secrets, lists, describes and reads others in ten minutes, from where it works.`,
        actor: user.arn,
        outsideContract: true,
      };
    }
    const account = world.accounts.prod;
    const person = cast.person(
      ({ set, tools }) => tools.includes('console') && set !== 'PlatformAdmin',
      account,
    );
    const at = workingMoment(scene, person);
    const region = world.regions[0] as string;
    const caller = personAt(scene, person, at, account, region, { tool: 'console' });
    signIn(pen, at - 90, person, caller);
    list(pen, at, caller, { maxResults: 20, includePlannedDeletion: false });
    const secrets = otherSecrets(scene, 4, { account, region, notOf: person.team });
    secrets.forEach((secret, index) => {
      const now = at + 60 + index * 9 * minute + stream.int(0, 60);
      for (const name of ['DescribeSecret', 'GetResourcePolicy', 'ListSecretVersionIds'])
        describe(pen, now, caller, secret, name, true);
      if (index >= 2) read(pen, now + stream.int(5, 40), caller, secret, { byArn: true });
    });
    return {
      story: `${person.email} looks through secrets of other teams in the console for forty minutes and reads two, from the usual network.`,
      actor: personArn(person, account),
      outsideContract: true,
    };
  },
};

function walk(
  { pen }: Scene,
  caller: Caller,
  from: number,
  secrets: readonly Secret[],
  reads: number,
  every: number,
): void {
  list(pen, from, caller);
  secrets.forEach((secret, index) => {
    describe(pen, from + (index + 1) * every, caller, secret);
  });
  secrets.slice(0, reads).forEach((secret, index) => {
    read(pen, from + (secrets.length + index + 1) * every, caller, secret);
  });
}
