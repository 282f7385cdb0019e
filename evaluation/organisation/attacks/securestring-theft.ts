import { call } from '../calls.ts';
import { parameters } from '../peace/services.ts';
import {
  anyMoment,
  rentedMachine,
  type Scenario,
  sessionAt,
  stolen,
  userAt,
  withinDays,
  workingMoment,
} from './scene.ts';

/** Decrypted parameters of Systems Manager; they are no secrets of Secrets Manager, so no contract speaks of them. */
export const securestringTheft: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    const names = (count: number): string[] =>
      stream.sample(
        world.services.flatMap(({ name }) => [`/${name}/setting-1`, `/${name}/token`, `/${name}/password`]),
        count,
      );
    if (grade === 'easy') {
      const user = cast.user();
      const at = anyMoment(scene);
      const caller = stolen(userAt(scene, user, at), cast.attackersNetwork(), rentedMachine(stream));
      const all = names(42);
      for (let page = 0; page * 10 < all.length; page += 1) {
        call(
          pen.log,
          pen.ids,
          at + page * 2,
          caller,
          'DescribeParameters',
          { maxResults: 10 },
          { source: 'ssm.amazonaws.com' },
        );
        parameters(pen, at + page * 2 + 1, caller, all.slice(page * 10, page * 10 + 10));
      }
      return {
        story: `Somebody with the key of ${user.name} decrypts ${all.length} parameters in seconds from a hosting provider.`,
        actor: user.arn,
        outsideContract: false,
      };
    }
    const service = cast.service(
      ({ kind, parameters: own }) =>
        (kind === 'fleet' || kind === 'pod' || kind === 'cached') &&
        (grade === 'middle' ? own.length === 0 : true),
    );
    const at = grade === 'middle' ? anyMoment(scene) : workingMoment(scene);
    const caller = sessionAt(world, service, at);
    if (grade === 'middle')
      for (let page = 0; page < 2; page += 1) parameters(pen, at + page * 30, caller, names(9));
    else parameters(pen, at, caller, names(4));
    return {
      story: `Code in ${service.name} decrypts ${grade === 'middle' ? 'eighteen' : 'four'} parameters of other services, from where it runs.`,
      actor: service.role.arn,
      outsideContract: false,
    };
  },
};
