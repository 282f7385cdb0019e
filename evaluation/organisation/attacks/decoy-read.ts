import { personArn } from '../inventory/people.ts';
import { decrypt, describe, read } from '../secret-calls.ts';
import {
  anyMoment,
  personAt,
  rentedMachine,
  type Scenario,
  sessionAt,
  stolen,
  userAt,
  withinDays,
  workingMoment,
} from './scene.ts';

export const decoyRead: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    const decoy = stream.pick(world.secrets.filter(({ isDecoy }) => isDecoy));
    if (grade === 'easy') {
      const user = cast.user();
      const at = anyMoment(scene);
      const caller = stolen(userAt(scene, user, at), cast.attackersNetwork(), rentedMachine(stream));
      read(pen, at, { ...caller, account: decoy.account, region: decoy.region }, decoy);
      return {
        story: `Somebody with the key of ${user.name} reads the decoy ${decoy.name} from a hosting provider.`,
        actor: user.arn,
        outsideContract: true,
      };
    }
    if (grade === 'hard' && stream.chance(0.5)) {
      const service = cast.service(
        ({ account, region }) => account === decoy.account && region === decoy.region,
      );
      const at = workingMoment(scene);
      decrypt(pen, at, sessionAt(world, service, at), decoy);
      return {
        story: `KMS decrypts the decoy ${decoy.name} for the role of ${service.name}; the read itself is in no log.`,
        actor: service.role.arn,
        outsideContract: true,
      };
    }
    const person = cast.person(() => true, decoy.account);
    const at = workingMoment(scene, person);
    const caller = personAt(scene, person, at, decoy.account, decoy.region);
    if (grade === 'middle') read(pen, at, caller, decoy, { byArn: person.tools[0] === 'console' });
    else describe(pen, at, caller, decoy, 'DescribeSecret', true);
    return {
      story: `${person.email} ${grade === 'middle' ? 'reads' : 'looks at, but does not read,'} the decoy ${decoy.name}.`,
      actor: personArn(person, decoy.account),
      outsideContract: true,
    };
  },
};
