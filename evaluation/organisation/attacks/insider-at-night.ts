import { minute } from '../calendar.ts';
import { personArn } from '../inventory/people.ts';
import { read } from '../secret-calls.ts';
import {
  namedAt,
  nightMoment,
  otherSecrets,
  personAt,
  type Scenario,
  usualPlace,
  withinDays,
} from './scene.ts';

export const insiderAtNight: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    const account = world.accounts.prod;
    if (grade === 'hard') {
      const person = cast.person(({ familiar }) => familiar.some(({ use }) => use === 'people'));
      const secret = person.familiar.find(({ use }) => use === 'people') ?? person.familiar[0];
      const at = nightMoment(scene, person);
      if (secret === undefined) throw new RangeError('nobody is familiar with anything');
      const place = usualPlace(person) === 'office' ? 'vpn' : usualPlace(person);
      read(
        pen,
        at,
        personAt(scene, person, at, secret.account, secret.region, { place }),
        namedAt(scene, secret, at),
        {
          byArn: person.tools[0] === 'console',
        },
      );
      return {
        story: `${person.email}, not on call, reads one familiar secret in the middle of the night.`,
        actor: personArn(person, secret.account),
        // Colleagues on call read at night, and the inventory describes.
        outsideContract: false,
      };
    }
    const person = cast.person(({ places }) => places[2] > 0, account);
    const from = nightMoment(scene, person);
    const secrets = otherSecrets(scene, grade === 'easy' ? stream.int(5, 7) : 2, {
      account,
      notOf: person.team,
    });
    secrets.forEach((secret, index) => {
      const caller = personAt(scene, person, from, account, secret.region, { place: 'home' });
      read(pen, from + index * 4 * minute + stream.int(0, 120), caller, secret, {
        byArn: person.tools[0] === 'console',
      });
    });
    return {
      story: `${person.email}, not on call, reads ${secrets.length} secrets of other teams from home at three at night.`,
      actor: personArn(person, account),
      outsideContract: true,
    };
  },
};
