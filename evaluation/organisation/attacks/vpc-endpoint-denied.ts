import { type Caller, call } from '../calls.ts';
import type { Secret } from '../inventory/secrets.ts';
import { strangersAccount } from './public-policy.ts';
import {
  anyMoment,
  otherSecrets,
  type Scenario,
  type Scene,
  sessionAt,
  withinDays,
  workingMoment,
} from './scene.ts';

/** Network activity events: what the policy of an endpoint refuses. Peace has none of them. */
export const vpcEndpointDenied: Scenario = {
  span: withinDays(1, 1, 1),
  play(scene) {
    const { grade, cast, stream, world } = scene;
    const service = cast.service(({ kind, account }) =>
      grade === 'easy'
        ? kind === 'endpoint'
        : kind === 'endpoint' || (kind === 'fleet' && account === world.accounts.prod),
    );
    const at = grade === 'hard' ? workingMoment(scene) : anyMoment(scene);
    const session = sessionAt(world, service, at);
    const endpoint = service.endpointId ?? `vpce-0${stream.hex(16)}`;
    const own: Caller = { ...session, address: `10.${service.index % 200}.7.31`, vpcEndpointId: endpoint };
    if (grade === 'easy') {
      const principalId = `AIDA${stream.base32(17)}`;
      const foreign: Caller = {
        ...own,
        arn: `arn:aws:iam::${strangersAccount}:user/sync`,
        identity: { type: 'AWSAccount', principalId, accountId: strangersAccount },
      };
      for (let index = 0; index < 6; index += 1)
        refuseAtEndpoint(
          scene,
          at + index * 15,
          foreign,
          'PutSecretValue',
          `arn:aws:secretsmanager:${service.region}:${strangersAccount}:secret:drop/${index}-${stream.alphanumeric(6)}`,
          strangersAccount,
        );
      return {
        story: `Credentials of an unknown account are refused six times by the endpoint of ${service.name}: somebody inside wants to carry values out.`,
        actor: `arn:aws:iam::${strangersAccount}:root`,
        outsideContract: false,
      };
    }
    const secrets: readonly Secret[] = otherSecrets(scene, grade === 'middle' ? 2 : 1, {
      account: service.account,
      region: service.region,
      notOf: service.team,
      except: service.secrets,
    });
    secrets.forEach((secret, index) => {
      refuseAtEndpoint(scene, at + index * 50, own, 'GetSecretValue', secret.arn, secret.account);
    });
    return {
      story: `The endpoint refuses ${service.name} ${secrets.length === 1 ? 'a secret' : 'two secrets'} of other teams.`,
      actor: service.role.arn,
      outsideContract: true,
    };
  },
};

function refuseAtEndpoint(
  { pen }: Scene,
  at: number,
  caller: Caller,
  eventName: string,
  secretArn: string,
  owner: string,
): void {
  call(pen.log, pen.ids, at, caller, eventName, null, {
    errorCode: 'VpceAccessDenied',
    errorMessage: 'The request was denied due to a VPC endpoint policy',
    fields: {
      eventType: 'AwsVpceEvent',
      eventCategory: 'NetworkActivity',
      managementEvent: false,
      resources: [{ accountId: owner, type: 'AWS::SecretsManager::Secret', ARN: secretArn }],
    },
  });
}
