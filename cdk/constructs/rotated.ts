import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type RotatedSecret, rotatedSecrets } from '../../functions/core/model/rotated-secrets.ts';
import type { Settings } from '../../functions/core/model/settings.ts';
import type { PartProps } from './part-props.ts';
import { placeOf } from './place.ts';
import { secretArn } from './secret-arn.ts';

/** What the parts are built with that rotate secrets, or look after their rotation. */
export interface RotationPartProps extends PartProps {
  readonly rotated: readonly RotatedSecret[];
}

/** The secrets that the settings name for rotation where the stack goes. */
export function rotatedIn(scope: Construct, settings: Settings): RotatedSecret[] {
  const { account, region } = Stack.of(scope);
  const known = (value: string): string | undefined => (Token.isUnresolved(value) ? undefined : value);
  const rotated = rotatedSecrets(settings, { account: known(account), region: known(region) });
  const isDoubtful = rotated.some(
    ({ secret }) =>
      (Token.isUnresolved(account) && secret.account !== '') ||
      (Token.isUnresolved(region) && secret.region !== ''),
  );
  if (isDoubtful) {
    Annotations.of(scope).addWarningV2(
      'secrets-audit:rotationOfUnknownPlace',
      'A secret to rotate has an account or a Region, but the stack has none at synth: it is taken to be where the stack goes.',
    );
  }
  return rotated;
}

export const arnsOf = (rotated: readonly RotatedSecret[], scope: Construct): string[] =>
  rotated.map(({ secretId }) => secretArn(secretId, placeOf(Stack.of(scope))));

/** The secret with the account's credentials, where the issuer is asked for new keys. */
export const accountSecretOf = ({ entry, policy }: RotatedSecret): string | undefined =>
  policy.mode === 'minted' ? entry.rotation?.accountSecret : undefined;

/** For calls that concern exactly these secrets. */
export const onSecrets = (actions: string[], secrets: readonly string[]): PolicyStatement =>
  new PolicyStatement({ actions, resources: [...secrets] });

/**
 * Lets a role use the customer keys of rotated secrets, through Secrets Manager and for these secrets alone: it names the
 * secret to the key (https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html).
 *
 * @param also further secrets of a rotation that the role reads
 */
export function grantKeysOf(
  rotated: readonly RotatedSecret[],
  role: IRole,
  actions: string[],
  also: (rotated: RotatedSecret) => readonly string[] = () => [],
): void {
  const place = placeOf(Stack.of(role));
  const withKey = rotated.flatMap((each) => {
    const key = each.entry.rotation?.encryptionKey;
    return key === undefined ? [] : [{ key, secrets: [each.secretId, ...also(each)] }];
  });
  for (const [key, used] of Map.groupBy(withKey, (each) => each.key)) {
    const secrets = new Set(used.flatMap((each) => each.secrets.map((secret) => secretArn(secret, place))));
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions,
        resources: [key],
        conditions: {
          StringEquals: { 'kms:ViaService': `secretsmanager.${place.region}.amazonaws.com` },
          StringLike: { 'kms:EncryptionContext:SecretARN': [...secrets] },
        },
      }),
    );
  }
}
