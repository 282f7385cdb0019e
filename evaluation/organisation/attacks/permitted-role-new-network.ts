import { commandLine } from '../agents.ts';
import { streamOf } from '../random.ts';
import { read } from '../secret-calls.ts';
import { anyMoment, namedAt, type Scenario, sessionAt, stolen, withinDays, workingMoment } from './scene.ts';

/** One read of one secret by a role that may. */
export const permittedRoleNewNetwork: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    const service = cast.service(({ kind }) => kind === 'task' || kind === 'pod' || kind === 'cached');
    const at = grade === 'hard' ? workingMoment(scene) : anyMoment(scene);
    const own = sessionAt(world, service, at);
    const office = world.networks.offices[0] ?? [];
    const caller =
      grade === 'hard'
        ? stolen(own, stream.pick(office))
        : stolen(
            own,
            cast.attackersNetwork(),
            grade === 'easy'
              ? commandLine(streamOf(world.seed, 'other tool', service.index), 'linux')
              : own.agent,
          );
    const secret = namedAt(scene, stream.pick(service.secrets), at);
    read(pen, at, caller, secret, { byArn: grade === 'easy' || service.byArn });
    const from = grade === 'hard' ? 'the office, where no service runs' : 'a hosting provider';
    return {
      story: `The role of ${service.name} reads its own secret once from ${from}${grade === 'easy' ? ', with the command line' : ', with its own SDK'}.`,
      actor: service.role.arn,
      // People read many a secret of a service from the office.
      outsideContract: grade !== 'hard',
    };
  },
};
