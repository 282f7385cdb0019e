import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { targetsOf } from '../../functions/core/announcing/targets.ts';
import type { Settings } from '../../functions/core/model/settings.ts';

/** A secret by which `notify` reaches targets. */
export interface ReceiverSecret {
  /** Name or ARN. */
  readonly secret: string;
  readonly encryptionKey: string | undefined;
  /** What it holds. */
  readonly kind: 'slack-webhook' | 'slack-bot' | 'webhook';
  /** Names of the targets. */
  readonly targets: readonly string[];
}

/** All of them, each once; none where SNS reaches every target itself. */
export function receiverSecrets(settings: Settings): readonly ReceiverSecret[] {
  const secrets = new Map<string, ReceiverSecret>();
  for (const { name, way } of targetsOf(settings).values()) {
    if (way.kind === 'email' || way.kind === 'topic') continue;
    const { secret, kind } = way;
    const { encryptionKey = way.encryptionKey, targets = [] } = secrets.get(secret) ?? {};
    secrets.set(secret, { secret, kind, encryptionKey, targets: [...targets, name] });
  }
  return [...secrets.values()];
}

/** Lets a role use the customer keys of secrets, where they have any, through Secrets Manager. */
export function grantReceiverKeys(role: Role, secrets: readonly ReceiverSecret[]): void {
  const keys = [...new Set(secrets.flatMap(({ encryptionKey }) => encryptionKey ?? []))];
  if (keys.length === 0) return;
  role.addToPolicy(
    new PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: keys,
      conditions: {
        StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(role).region}.amazonaws.com` },
      },
    }),
  );
}
