import { minute } from '../calendar.ts';
import type { Caller } from '../calls.ts';
import { allRegions } from '../inventory/accounts.ts';
import { list, notFound, read } from '../secret-calls.ts';
import {
  anyMoment,
  otherSecrets,
  rentedMachine,
  type Scenario,
  type Scene,
  sessionAt,
  stolen,
  userAt,
  withinDays,
  workingMoment,
} from './scene.ts';

export const crossRegion: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, world } = scene;
    const unused = stream.shuffled(allRegions.filter((region) => !world.regions.includes(region)));
    if (grade === 'easy') {
      const user = cast.user();
      const at = anyMoment(scene);
      const caller = stolen(userAt(scene, user, at), cast.attackersNetwork(), rentedMachine(stream));
      const regions = [...world.regions, ...unused].slice(0, 8);
      const reads = tour(scene, caller, at, regions, 36);
      return {
        story: `Somebody with the key of ${user.name} looks for secrets in eight Regions in five minutes from a hosting provider.`,
        actor: user.arn,
        outsideContract: reads > 0,
      };
    }
    const service = cast.service(
      ({ kind, account }) => kind === 'fleet' || (kind === 'cached' && account === world.accounts.prod),
    );
    const own = world.regions.filter((region) => region !== service.region);
    if (grade === 'middle') {
      const at = anyMoment(scene);
      const regions = [...own, ...unused].slice(0, 5);
      const reads = tour(scene, sessionAt(world, service, at), at, regions, 110);
      return {
        story: `Code in ${service.name} looks for secrets in five Regions in ten minutes, from where it runs.`,
        actor: service.role.arn,
        outsideContract: reads > 0,
      };
    }
    const at = workingMoment(scene);
    const reads = tour(
      scene,
      sessionAt(world, service, at),
      at,
      [...own, ...unused].slice(0, 3),
      24 * minute,
    );
    return {
      story: `Code in ${service.name} looks for secrets in three Regions where it never worked, over an hour.`,
      actor: service.role.arn,
      outsideContract: reads > 0,
    };
  },
};

/** One list and one read in each Region; where there are no secrets, the read finds none. Returns the reads of values. */
function tour(scene: Scene, caller: Caller, from: number, regions: readonly string[], every: number): number {
  const { pen, stream, world } = scene;
  let reads = 0;
  regions.forEach((region, index) => {
    const at = from + index * every + stream.int(0, Math.floor(every / 4));
    const here = { ...caller, region };
    list(pen, at, here);
    const [secret] = world.regions.includes(region)
      ? otherSecrets(scene, 1, { account: caller.account, region })
      : [];
    if (secret === undefined || secret.region !== region) notFound(pen, at + 2, here, 'prod/app/db');
    else {
      read(pen, at + 2, here, secret);
      reads += 1;
    }
  });
  return reads;
}
