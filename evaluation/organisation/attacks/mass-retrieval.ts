import { minute } from '../calendar.ts';
import { personArn } from '../inventory/people.ts';
import { read } from '../secret-calls.ts';
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

export const massRetrieval: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    if (grade === 'easy') {
      const user = cast.user();
      const from = anyMoment(scene);
      const caller = stolen(userAt(scene, user, from), cast.attackersNetwork(), rentedMachine(stream));
      const secrets = otherSecrets(scene, stream.int(25, 34), { account: user.account });
      secrets.forEach((secret, index) => {
        read(pen, from + (index * 110) / secrets.length, caller, secret);
      });
      return {
        story: `Somebody with the key of ${user.name} reads ${secrets.length} secrets in two minutes from a hosting provider.`,
        actor: user.arn,
        outsideContract: true,
      };
    }
    if (grade === 'middle') {
      const account = world.accounts.prod;
      const person = cast.person(({ tools }) => tools.includes('cli'), account);
      const from = workingMoment(scene, person);
      const secrets = otherSecrets(scene, 12, { account, notOf: person.team });
      secrets.forEach((secret, index) => {
        const caller = personAt(scene, person, from, account, secret.region, { tool: 'cli' });
        read(pen, from + index * 49 + stream.int(0, 20), caller, secret);
      });
      return {
        story: `${person.email} reads ${secrets.length} secrets of other teams in ten minutes on the command line, from the usual network.`,
        actor: personArn(person, account),
        outsideContract: true,
      };
    }
    const service = cast.service(({ kind, account }) => kind === 'fleet' && account === world.accounts.prod);
    const from = workingMoment(scene);
    const secrets = otherSecrets(scene, 8, {
      account: service.account,
      region: service.region,
      notOf: service.team,
      except: service.secrets,
    });
    secrets.forEach((secret, index) => {
      const at = from + index * 22 * minute + stream.int(0, 12 * minute);
      read(pen, at, sessionAt(world, service, at), secret, { byArn: service.byArn });
    });
    return {
      story: `Code on an instance of ${service.name}, whose role may read everything, reads ${secrets.length} secrets of other teams over three hours.`,
      actor: service.role.arn,
      outsideContract: true,
    };
  },
};
