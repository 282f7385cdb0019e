import { personArn } from '../inventory/people.ts';
import { batch } from '../secret-calls.ts';
import { asLogged, pageOf } from './batches.ts';
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

/** Filters that exclude what is not there, and so exclude nothing. */
export const catchAllBatch: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    if (grade === 'easy') {
      const user = cast.user();
      const at = anyMoment(scene);
      const caller = stolen(userAt(scene, user, at), cast.attackersNetwork(), rentedMachine(stream));
      for (let page = 0; page < 3; page += 1) {
        const token = page === 0 ? {} : { nextToken: pen.ids.hex(64) };
        batch(
          pen,
          at + page * 2,
          caller,
          { filters: [{ key: 'tag-key', values: ['!zz'] }], maxResults: 20, ...token },
          pageOf(scene, user.account, user.region, undefined, page),
        );
      }
      return {
        story: `Somebody with the key of ${user.name} reads page after page by a filter that excludes nothing, from a hosting provider.`,
        actor: user.arn,
        outsideContract: true,
      };
    }
    if (grade === 'middle') {
      const account = world.accounts.prod;
      const person = cast.person(({ tools }) => tools.includes('cli'), account);
      const at = workingMoment(scene, person);
      const region = world.regions[0] as string;
      const returned = asLogged(scene, pageOf(scene, account, region, undefined, 0));
      batch(
        pen,
        at,
        personAt(scene, person, at, account, region, { tool: 'cli' }),
        { filters: [{ key: 'tag-key', values: ['!none', '!nobody'] }] },
        returned,
      );
      return {
        story: `${person.email} reads whatever is there by one batch whose filters exclude nothing, from the usual network.`,
        actor: personArn(person, account),
        outsideContract: returned.length > 0,
      };
    }
    const service = cast.service(({ batch: habit }) => habit === 'names');
    const at = workingMoment(scene);
    const returned = asLogged(scene, pageOf(scene, service.account, service.region, undefined, 0));
    batch(
      pen,
      at,
      sessionAt(world, service, at),
      { filters: [{ key: stream.pick(['tag-key', 'tag-value', 'name']), values: ['!-'] }] },
      returned,
    );
    return {
      story: `Code in ${service.name}, which reads its secrets in batches by name every day, reads one batch by a filter that excludes nothing.`,
      actor: service.role.arn,
      outsideContract: returned.some((secret) => !service.secrets.includes(secret)),
    };
  },
};
