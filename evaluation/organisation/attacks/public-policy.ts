import { terraformCaller } from '../callers.ts';
import { personArn } from '../inventory/people.ts';
import { change } from '../secret-calls.ts';
import { oneSecret, personAt, type Scenario, withinDays, workingMoment } from './scene.ts';

/** An account that does not belong to the organisation. */
export const strangersAccount = '999988887777';

export const publicPolicy: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, pen, world } = scene;
    const account = world.accounts.prod;
    // Planned policies are on what services read in prod; an attack takes something else, where no policy ever was.
    const secret = oneSecret(
      scene,
      (one) => one.account === account && one.use === 'people',
      (one) => one.use === 'people',
    );
    if (grade === 'hard') {
      const machine = world.machines.terraform.find((one) => one.account === secret.account);
      if (machine !== undefined) {
        const at = workingMoment(scene);
        change(pen, at, terraformCaller(world, machine, at - 40), secret, 'PutResourcePolicy', {
          resourcePolicy: policyFor({ AWS: `arn:aws:iam::${strangersAccount}:root` }),
          blockPublicPolicy: true,
        });
        return {
          story: `The role of Terraform lets the root of an unknown account read ${secret.name}.`,
          actor: machine.role.arn,
          outsideContract: true,
        };
      }
    }
    const person = cast.person(() => true, secret.account);
    const at = workingMoment(scene, person);
    const narrowing = stream.pick([
      { StringLike: { 'aws:PrincipalArn': '*' } },
      { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } },
      { Bool: { 'aws:SecureTransport': 'true' } },
    ]);
    const resourcePolicy =
      grade === 'easy'
        ? policyFor('*')
        : grade === 'middle'
          ? policyFor({ AWS: '*' }, narrowing)
          : policyFor({ AWS: `arn:aws:iam::${strangersAccount}:root` });
    change(pen, at, personAt(scene, person, at, secret.account, secret.region), secret, 'PutResourcePolicy', {
      resourcePolicy,
      blockPublicPolicy: false,
    });
    return {
      story: `${person.email} lets ${grade === 'easy' ? 'everybody' : grade === 'middle' ? 'everybody, under a condition that excludes nobody,' : 'an unknown account'} read ${secret.name}.`,
      actor: personArn(person, secret.account),
      outsideContract: true,
    };
  },
};

function policyFor(principal: string | Record<string, string>, condition?: Record<string, unknown>): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: principal,
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
        ...(condition === undefined ? {} : { Condition: condition }),
      },
    ],
  });
}
