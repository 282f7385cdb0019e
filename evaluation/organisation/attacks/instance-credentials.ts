import { commandLine } from '../agents.ts';
import { hour } from '../calendar.ts';
import { foreignCloudAddress } from '../networks.ts';
import { streamOf } from '../random.ts';
import { describe, list, read } from '../secret-calls.ts';
import {
  anyMoment,
  namedAt,
  otherSecrets,
  rentedMachine,
  type Scenario,
  sessionAt,
  stolen,
  withinDays,
  workingMoment,
} from './scene.ts';

/** Credentials of an instance or a function, used elsewhere while their owner goes on. */
export const instanceCredentials: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    if (grade !== 'hard') {
      const service = cast.service(({ kind }) => kind === 'fleet' || kind === 'function-in-vpc');
      const at = anyMoment(scene);
      const own = sessionAt(world, service, at);
      const address = cast.attackersNetwork();
      if (grade === 'easy') {
        const caller = stolen(
          own,
          address,
          commandLine(streamOf(world.seed, 'thief', service.index), 'linux'),
        );
        const secrets = [
          ...service.secrets
            .map((secret) => namedAt(scene, secret, at))
            .filter(({ account }) => account === service.account)
            .slice(0, 2),
          ...otherSecrets(scene, 3, {
            account: service.account,
            region: service.region,
            except: service.secrets,
          }),
        ];
        list(pen, at, caller);
        secrets.forEach((secret, index) => {
          if (index < 3) describe(pen, at + 20 + index * 5, caller, secret);
          read(pen, at + 60 + index * 25, caller, secret);
        });
      } else {
        const caller = stolen(own, address, rentedMachine(stream));
        const secret = service.secrets[0];
        if (secret !== undefined) {
          read(pen, at, caller, namedAt(scene, secret, at));
          read(pen, at + stream.int(60, 900), caller, namedAt(scene, service.secrets[1] ?? secret, at));
        }
      }
      return {
        story: `Credentials of ${service.name} are used from a hosting provider while it works on.`,
        actor: service.role.arn,
        outsideContract: true,
      };
    }
    const wanted = stream.chance(0.5) ? 'fleet' : 'function';
    const service = cast.service(({ kind }) => kind === wanted);
    const at = workingMoment(scene) + stream.int(0, hour);
    const own = sessionAt(world, service, at);
    const caller = stolen(own, foreignCloudAddress(world.networks, service.regionIndex, stream));
    const secret = service.secrets[0];
    if (secret !== undefined) read(pen, at, caller, namedAt(scene, secret, at), { byArn: service.byArn });
    const isFunction = service.kind === 'function';
    return {
      story: `Credentials of ${service.name} read its usual secret once, with its SDK, from another address of the same Region of the cloud.`,
      actor: service.role.arn,
      // The inventory and functions outside a VPC come from all over the Region, so its blocks are known of most secrets.
      outsideContract: false,
      ...(isFunction
        ? {
            unfindable:
              'functions outside a VPC leave through ever other addresses of AWS, as the thief does',
          }
        : {}),
    };
  },
};
