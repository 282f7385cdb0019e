import { dayOf, hour } from '../calendar.ts';
import { underName } from '../inventory/world.ts';
import { read } from '../secret-calls.ts';
import { anyMoment, type Scenario, sessionAt, withinDays, workingMoment } from './scene.ts';

const times = { easy: 30, middle: 16, hard: 8 } as const;

/** The credentials of a service that reads by the hour, used in parallel behind the same NAT gateway. */
export const spike: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    const service = cast.service(({ kind }) => kind === 'cached');
    const from = grade === 'hard' ? workingMoment(scene) : anyMoment(scene);
    // One read of each secret and slot an hour is what the service does.
    const reads = times[grade] * service.slots;
    for (let index = 0; index < reads; index += 1) {
      const at = from + Math.floor((index * hour) / reads) + stream.int(0, Math.floor(hour / reads / 2));
      for (const secret of service.secrets)
        read(pen, at, sessionAt(world, service, at), underName(world, secret, dayOf(world.calendar, at)), {
          byArn: service.byArn,
        });
    }
    return {
      story: `The credentials of ${service.name} read its usual secret ${times[grade]} times as often as usual for an hour, from behind its NAT gateway.`,
      actor: service.role.arn,
      outsideContract: false,
    };
  },
};
