import type { DescribeSecretResponse, SecretListEntry } from '@aws-sdk/client-secrets-manager';
import { UnreadableInputError } from '../core/errors.ts';
import type { SecretDescription } from '../core/model/secret-state.ts';
import { parseSecretId } from '../core/normalise/secret-ref.ts';

/**
 * What DescribeSecret or one entry of ListSecrets says of a secret. Rotation that was never configured is not enabled; an
 * absent date is `null`. The labels are there under either of the two names that the API has for them.
 *
 * @throws UnreadableInputError where it names no secret
 */
export function describedSecret(entry: DescribeSecretResponse & SecretListEntry): SecretDescription {
  const { ARN = '', Name, Tags = [], RotationRules: rules } = entry;
  const { name, account, region, arn } = parseSecretId(ARN, { account: '', region: '' });
  if (account === '' || region === '') {
    throw new UnreadableInputError('Secrets Manager described a secret without its ARN');
  }
  return {
    name: Name ?? name,
    account,
    region,
    arn: arn ?? ARN,
    tags: Object.fromEntries(
      Tags.flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? '']])),
    ),
    created: timeOf(entry.CreatedDate),
    lastChanged: timeOf(entry.LastChangedDate),
    lastAccessed: timeOf(entry.LastAccessedDate),
    deleted: timeOf(entry.DeletedDate),
    kmsKeyId: ownKey(entry.KmsKeyId),
    owningService: entry.OwningService ?? null,
    rotation: {
      enabled: entry.RotationEnabled ?? false,
      functionArn: entry.RotationLambdaARN ?? null,
      schedule: rules?.ScheduleExpression ?? null,
      // Beside a schedule AWS gives the days that it comes to.
      afterDays: rules?.ScheduleExpression === undefined ? (rules?.AutomaticallyAfterDays ?? null) : null,
      last: timeOf(entry.LastRotatedDate),
      next: timeOf(entry.NextRotationDate),
    },
    versions: { ...(entry.VersionIdsToStages ?? entry.SecretVersionsToStages) },
  };
}

const timeOf = (date: Date | undefined): number | null => date?.getTime() ?? null;

/** The AWS managed key is left out ("KmsKeyId" of DescribeSecret), or named by its alias where somebody named it. */
const ownKey = (id: string | undefined): string | null =>
  id === undefined || id === '' || id.endsWith('alias/aws/secretsmanager') ? null : id;
