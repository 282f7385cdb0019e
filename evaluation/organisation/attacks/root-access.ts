import { browser } from '../agents.ts';
import type { Caller } from '../calls.ts';
import { call } from '../calls.ts';
import { rootUser } from '../identities.ts';
import { strangersHomeAddress } from '../networks.ts';
import { describe, list, read } from '../secret-calls.ts';
import { anyMoment, otherSecrets, rentedMachine, type Scenario, withinDays, workingMoment } from './scene.ts';

export const rootAccess: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    const account = stream.pick([world.accounts.prod, world.accounts.staging]);
    const at = grade === 'easy' ? anyMoment(scene) : workingMoment(scene);
    const [secret, ...more] = otherSecrets(scene, 3, { account });
    if (secret === undefined) throw new RangeError('this account has no secrets');
    const address =
      grade === 'easy'
        ? cast.attackersNetwork()
        : grade === 'middle'
          ? strangersHomeAddress(stream)
          : stream.pick(world.networks.offices[0] ?? []);
    const caller: Caller = {
      account,
      region: secret.region,
      arn: `arn:aws:iam::${account}:root`,
      identity: rootUser(account, `${grade === 'easy' ? 'AKIA' : 'ASIA'}${stream.base32(16)}`, at - 120),
      address,
      agent: grade === 'easy' ? rentedMachine(stream) : browser(stream, 'macos'),
      ...(grade === 'easy' ? {} : { isConsole: true }),
    };
    if (grade !== 'easy')
      call(
        pen.log,
        pen.ids,
        at - 100,
        { ...caller, region: 'us-east-1', isConsole: false },
        'ConsoleLogin',
        null,
        {
          source: 'signin.amazonaws.com',
          response: { ConsoleLogin: 'Success' },
          fields: {
            eventType: 'AwsConsoleSignIn',
            readOnly: false,
            additionalEventData: {
              LoginTo: 'https://console.aws.amazon.com/console/home',
              MobileVersion: 'No',
              MFAUsed: 'No',
            },
          },
        },
      );
    if (grade === 'hard') {
      list(pen, at, caller, { maxResults: 20, includePlannedDeletion: false });
      describe(pen, at + 30, caller, secret, 'DescribeSecret', true);
    } else
      [secret, ...(grade === 'easy' ? more : [])].forEach((one, index) => {
        read(pen, at + 10 + index * 12, caller, one, { byArn: true });
      });
    return {
      story:
        grade === 'hard'
          ? `Root of ${account} looks at ${secret.name} in the console from the office, and reads nothing.`
          : `Root of ${account} reads ${grade === 'easy' ? 'three secrets from a hosting provider' : `${secret.name} in the console from an unknown home line`}.`,
      actor: caller.arn,
      outsideContract: true,
    };
  },
};
