import { personArn } from '../inventory/people.ts';
import { list, read } from '../secret-calls.ts';
import { namedAt, otherSecrets, personAt, type Scenario, withinDays, workingMoment } from './scene.ts';

/** By somebody who never opened CloudShell. */
export const cloudshellRead: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, pen, world } = scene;
    if (grade === 'hard') {
      const person = cast.person(
        ({ tools, familiar }) =>
          !tools.includes('cloudshell') && familiar.some(({ use }) => use === 'people'),
      );
      const secret = person.familiar.find(({ use }) => use === 'people') ?? person.familiar[0];
      if (secret === undefined) throw new RangeError('nobody is familiar with anything');
      const at = workingMoment(scene, person);
      read(
        pen,
        at,
        personAt(scene, person, at, secret.account, secret.region, { tool: 'cloudshell' }),
        namedAt(scene, secret, at),
      );
      return {
        story: `${person.email}, who never used CloudShell, reads a familiar secret in it.`,
        actor: personArn(person, secret.account),
        // The inventory comes from the same addresses of the cloud.
        outsideContract: false,
      };
    }
    const account = world.accounts.prod;
    const person = cast.person(({ tools }) => !tools.includes('cloudshell'), account);
    const at = workingMoment(scene, person);
    const region = world.regions[0] as string;
    const secrets = otherSecrets(scene, grade === 'easy' ? 4 : 1, { account, region, notOf: person.team });
    const caller = personAt(scene, person, at, account, region, { tool: 'cloudshell' });
    if (grade === 'easy') list(pen, at, caller);
    secrets.forEach((secret, index) => {
      read(pen, at + 30 + index * 40, caller, secret);
    });
    return {
      story: `${person.email}, who never used CloudShell, reads ${secrets.length === 1 ? 'a secret' : `${secrets.length} secrets`} of other teams in it.`,
      actor: personArn(person, account),
      outsideContract: true,
    };
  },
};
