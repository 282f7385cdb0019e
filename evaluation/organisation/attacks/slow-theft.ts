import { dayLength, hour, startOf } from '../calendar.ts';
import { personArn } from '../inventory/people.ts';
import type { Secret } from '../inventory/secrets.ts';
import { read } from '../secret-calls.ts';
import {
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

/** One new secret after the other, at a pace under every threshold. */
export const slowTheft: Scenario = {
  span: withinDays(10, 15, 20),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    if (grade === 'easy') {
      const user = cast.user();
      const address = cast.attackersNetwork();
      const agent = rentedMachine(stream);
      const secrets = otherSecrets(scene, 30, { account: user.account, except: user.secrets });
      secrets.forEach((secret, index) => {
        const midnight = startOf(world.calendar, scene.day + Math.floor(index / 3));
        const at = midnight + ((index % 3) * 7 + 2) * hour + stream.int(0, 3 * hour);
        read(pen, at, stolen(userAt(scene, user, at), address, agent), secret);
      });
      return {
        story: `Somebody with the key of ${user.name} reads three new secrets a day for ten days from a hosting provider.`,
        actor: user.arn,
        outsideContract: true,
      };
    }
    if (grade === 'middle') {
      const service = cast.service(
        ({ kind, account }) => (kind === 'fleet' || kind === 'pod') && account === world.accounts.prod,
      );
      const secrets = otherSecrets(scene, 15, {
        account: service.account,
        region: service.region,
        notOf: service.team,
        except: service.secrets,
      });
      secrets.forEach((secret, index) => {
        const at = startOf(world.calendar, scene.day + index) + stream.int(0, dayLength - 1);
        read(pen, at, sessionAt(world, service, at), secret, { byArn: service.byArn });
      });
      return {
        story: `Code in ${service.name} reads one new secret of other teams a day for ${secrets.length} days, from where it runs.`,
        actor: service.role.arn,
        outsideContract: true,
      };
    }
    const account = world.accounts.prod;
    const person = cast.person(() => true, account);
    const secrets: readonly Secret[] = otherSecrets(scene, 10, { account, notOf: person.team });
    secrets.forEach((secret, index) => {
      const at = workingMoment(scene, person, scene.day + index * 2);
      read(pen, at, personAt(scene, person, at, account, secret.region), secret, {
        byArn: person.tools[0] === 'console',
      });
    });
    return {
      story: `${person.email} reads a secret of another team every second day, ${secrets.length} in all, in office hours from the usual network.`,
      actor: personArn(person, account),
      outsideContract: true,
    };
  },
};
