import { personArn } from '../inventory/people.ts';
import { batch } from '../secret-calls.ts';
import { asLogged, byTagKey, pageOf } from './batches.ts';
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

export const batchByFilter: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    if (grade === 'easy') {
      const user = cast.user();
      const at = anyMoment(scene);
      const caller = stolen(userAt(scene, user, at), cast.attackersNetwork(), rentedMachine(stream));
      const keys = ['env', 'team', 'app', 'managed-by', 'Name', 'owner'];
      let known = 0;
      keys.forEach((key, index) => {
        const returned = asLogged(scene, pageOf(scene, user.account, user.region, key, index % 3));
        known += returned.length;
        batch(pen, at + index * 3, caller, byTagKey(key), returned);
      });
      return {
        story: `Somebody with the key of ${user.name} reads in six batches by tag from a hosting provider.`,
        actor: user.arn,
        outsideContract: known > 0,
      };
    }
    if (grade === 'middle') {
      const service = cast.service(
        ({ kind, batch: habit }) =>
          (kind === 'fleet' || kind === 'cached' || kind === 'pod') && habit === undefined,
      );
      const from = anyMoment(scene);
      let known = 0;
      for (const [index, key] of ['env', 'app'].entries()) {
        const at = from + index * stream.int(20, 200);
        const returned = asLogged(scene, pageOf(scene, service.account, service.region, key, index));
        known += returned.length;
        batch(pen, at, sessionAt(world, service, from), byTagKey(key), returned);
      }
      return {
        story: `Code in ${service.name}, which never reads in batches, reads by tag twice from where it runs.`,
        actor: service.role.arn,
        outsideContract: known > 0,
      };
    }
    const account = world.accounts.prod;
    const person = cast.person(({ tools }) => tools.includes('cli'), account);
    const at = workingMoment(scene, person);
    const region = world.regions[0] as string;
    const others = world.secrets.filter((secret) => secret.account === account && secret.region === region);
    const team =
      others.find(({ owner, tags }) => owner !== person.team && 'team' in tags)?.owner ?? 'payments';
    const returned = asLogged(
      scene,
      pageOf(scene, account, region, 'team', 0).filter(({ owner }) => owner === team),
    );
    batch(
      pen,
      at,
      personAt(scene, person, at, account, region, { tool: 'cli' }),
      { filters: [{ key: 'tag-value', values: [team] }] },
      returned,
    );
    return {
      story: `${person.email}, who never read in batches, reads everything of ${team} in one call from the usual network.`,
      actor: personArn(person, account),
      outsideContract: returned.length > 0,
    };
  },
};
