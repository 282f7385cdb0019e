import type { Place } from './place.ts';

/**
 * The secret's ARN as IAM matches it: Secrets Manager puts a hyphen and six characters behind every name.
 *
 * @param secret name, full ARN, or ARN without those seven characters
 */
export function secretArn(secret: string, { partition, region, account }: Place): string {
  if (!secret.startsWith('arn:')) {
    return `arn:${partition}:secretsmanager:${region}:${account}:secret:${secret}-??????`;
  }
  return /-[A-Za-z0-9]{6}$/.test(secret) ? secret : `${secret}-??????`;
}
