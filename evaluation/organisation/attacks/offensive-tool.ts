import { offensiveAgents, privateBoto3 } from '../agents.ts';
import { call } from '../calls.ts';
import { personArn } from '../inventory/people.ts';
import { read } from '../secret-calls.ts';
import {
  anyMoment,
  namedAt,
  personAt,
  type Scenario,
  stolen,
  userAt,
  withinDays,
  workingMoment,
} from './scene.ts';

export const offensiveTool: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen } = scene;
    if (grade === 'easy') {
      const user = cast.user();
      const at = anyMoment(scene);
      const [tool, agent] = stream.pick(offensiveAgents);
      const caller = stolen(userAt(scene, user, at), cast.attackersNetwork(), agent);
      call(pen.log, pen.ids, at, caller, 'GetCallerIdentity', null, { source: 'sts.amazonaws.com' });
      user.secrets.forEach((secret, index) => {
        read(pen, at + 5 + index * 4, caller, namedAt(scene, secret, at));
      });
      return {
        story: `Somebody tries the key of ${user.name} with ${tool} from a hosting provider.`,
        actor: user.arn,
        outsideContract: true,
      };
    }
    const person = cast.person(({ tools }) => tools.includes('cli'));
    const secret = person.familiar[0];
    if (secret === undefined) throw new RangeError('nobody is familiar with anything');
    const at = workingMoment(scene, person);
    const own = personAt(scene, person, at, secret.account, secret.region, { tool: 'cli' });
    const agent =
      grade === 'middle'
        ? privateBoto3('linux#6.8.11-kali2-amd64 md/arch#x86_64', '3.12.7', '1.35.46')
        : privateBoto3(
            person.system === 'linux'
              ? 'macos#24.1.0 md/arch#arm64'
              : 'linux#6.11.0-19-generic md/arch#x86_64',
            '3.13.1',
            '1.36.3',
          );
    read(pen, at, { ...own, agent }, namedAt(scene, secret, at));
    if (grade === 'middle')
      read(pen, at + 30, { ...own, agent }, namedAt(scene, person.familiar[1] ?? secret, at));
    return {
      story:
        grade === 'middle'
          ? `The session of ${person.email} reads familiar secrets with boto3 on Kali from the usual network.`
          : `The session of ${person.email} reads a familiar secret with a boto3 and a system that this person never used, from the usual network.`,
      actor: personArn(person, secret.account),
      outsideContract: false,
    };
  },
};
