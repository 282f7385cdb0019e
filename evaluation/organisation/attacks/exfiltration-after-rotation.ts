import { dayOf, isWorkday, localMinuteOf, startOf } from '../calendar.ts';
import { iamUser } from '../identities.ts';
import { personArn } from '../inventory/people.ts';
import type { Secret } from '../inventory/secrets.ts';
import { rotationSeconds } from '../inventory/versions.ts';
import { read } from '../secret-calls.ts';
import { personAt, rentedMachine, type Scenario, type Scene, sessionAt, withinDays } from './scene.ts';

/** Within minutes after a scheduled rotation. */
export const exfiltrationAfterRotation: Scenario = {
  span: withinDays(8, 8, 8),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    if (grade === 'easy') {
      const { secret, start } = rotationIn(scene, () => true);
      const at = start + rotationSeconds + stream.int(60, 420);
      const name = stream.pick(['svc-tmp', 'test-user', 'backup2', 'ops-helper']);
      const arn = `arn:aws:iam::${secret.account}:user/${name}`;
      const identity = iamUser(secret.account, name, `AIDA${stream.base32(17)}`, `AKIA${stream.base32(16)}`);
      const caller = {
        account: secret.account,
        region: secret.region,
        arn,
        identity,
        address: cast.attackersNetwork(),
        agent: rentedMachine(stream),
      };
      read(pen, at, caller, secret);
      return {
        story: `${name}, a user that nobody has seen before, reads the new value of ${secret.name} minutes after its rotation from a hosting provider.`,
        actor: arn,
        outsideContract: true,
      };
    }
    if (grade === 'middle') {
      const readers = new Set(
        world.services.flatMap((service) => (service.batch === undefined ? service.secrets : [])),
      );
      const { secret, start } = rotationIn(scene, (one) => readers.has(one));
      const service = cast.service(({ secrets }) => secrets.includes(secret));
      const at = start + rotationSeconds + stream.int(90, 500);
      read(pen, at, sessionAt(world, service, at), secret, {
        byArn: service.byArn,
        versionStage: 'AWSPREVIOUS',
      });
      return {
        story: `Code in ${service.name}, which never asks for previous values, reads the previous value of ${secret.name} minutes after its rotation.`,
        actor: service.role.arn,
        outsideContract: !service.secrets.includes(secret),
      };
    }
    const { secret, start } = rotationIn(
      scene,
      (one, at) => {
        const local = localMinuteOf('Europe/Berlin', at);
        return (
          one.account === world.accounts.prod &&
          isWorkday(world.calendar, dayOf(world.calendar, at)) &&
          local > 9 * 60 &&
          local < 17 * 60
        );
      },
      (one) => one.account === world.accounts.prod,
    );
    const at = start + rotationSeconds + stream.int(90, 500);
    const person = cast.person(
      ({ team, zone, familiar }) =>
        team !== secret.owner && zone !== 'America/New_York' && !familiar.includes(secret),
      secret.account,
    );
    read(pen, at, personAt(scene, person, at, secret.account, secret.region), secret, {
      byArn: person.tools[0] === 'console',
    });
    return {
      story: `${person.email}, who has nothing to do with ${secret.name}, reads its new value once, minutes after its rotation, from the usual network.`,
      actor: personArn(person, secret.account),
      outsideContract: true,
    };
  },
};

/** A rotation from the scene's day on, the first that suits; by the first demand that any meets. */
function rotationIn(
  { world, day, stream }: Scene,
  ...demands: readonly ((secret: Secret, at: number) => boolean)[]
): { secret: Secret; start: number } {
  const from = startOf(world.calendar, day);
  const all = world.secrets
    .filter((secret) => secret !== world.plan.rename?.from && secret !== world.plan.rename?.to)
    .flatMap((secret) => (secret.rotation?.startsAt ?? []).map((start) => ({ secret, start })))
    .sort((a, b) => a.start - b.start);
  const to = startOf(world.calendar, world.calendar.days) - 3600;
  const coming = all.filter(({ start }) => start >= from && start < to);
  for (const demand of [...demands, () => true]) {
    const found = coming.filter(({ secret, start }) => demand(secret, start));
    if (found.length > 0) return stream.pick(found.slice(0, 4));
  }
  const last = all.filter(({ start }) => start < to).at(-1);
  if (last === undefined) throw new RangeError('nothing is rotated in this organisation');
  return last;
}
