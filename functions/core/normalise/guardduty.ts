import type { RelatedFinding } from '../model/announcement.ts';
import type { Finding } from '../model/finding.ts';
import type { Severity } from '../model/severity.ts';
import { parseEventTime } from './event-time.ts';
import { objectAt, type RawRecord, textAt } from './raw-record.ts';

/** A finding of GuardDuty about the credentials of an identity. */
export interface RelatedSighting {
  /** As `actorKey` has it. */
  readonly actor: string;
  readonly finding: RelatedFinding;
}

/** GuardDuty's own words for its numbers ("Severity levels of GuardDuty findings" in its user guide). */
const levels: readonly { readonly from: number; readonly severity: Severity }[] = [
  { from: 9, severity: 'critical' },
  { from: 7, severity: 'high' },
  { from: 4, severity: 'medium' },
  { from: 1, severity: 'low' },
];

/**
 * What a `GuardDuty Finding` of EventBridge says, where it names the credentials of a user or a role; other findings
 * (instances, buckets) name no identity that CloudTrail's records would name too.
 */
export function relatedSightingIn(document: RawRecord): RelatedSighting | undefined {
  const detail = objectAt(document, 'detail');
  const credentials = objectAt(objectAt(detail, 'resource'), 'accessKeyDetails');
  const account = textAt(detail, 'accountId');
  const name = textAt(credentials, 'userName');
  const id = textAt(detail, 'id');
  const service = objectAt(detail, 'service');
  const at =
    parseEventTime(service?.['eventLastSeen']) ??
    parseEventTime(detail?.['updatedAt']) ??
    parseEventTime(document['time']);
  if (!detail || !account || !name || !id || at === null) return undefined;
  const session = textAt(credentials, 'principalId')?.split(':')[1];
  return {
    actor: `${account}/${isShared(name) && session ? `${name}/${session}` : name}`,
    finding: {
      product: 'GuardDuty',
      id,
      type: (textAt(detail, 'type') ?? 'unknown').slice(0, 200),
      severity: levels.find(({ from }) => Number(detail['severity']) >= from)?.severity ?? 'info',
      title: (textAt(detail, 'title') ?? 'without a title').slice(0, 300),
      at: new Date(at).toISOString(),
    },
  };
}

export const isGuardDutyFinding = (document: RawRecord): boolean =>
  document['source'] === 'aws.guardduty' && document['detail-type'] === 'GuardDuty Finding';

/** Many people share the role of a permission set: the session name is who it is. */
const isShared = (role: string): boolean => role.startsWith('AWSReservedSSO_');

/** Account and name of an identity, as both CloudTrail and GuardDuty have them: `111122223333/deploy`. */
export function actorKey({ account, principal }: NonNullable<Finding['actor']>): string {
  const [, resource = principal] = /^arn:[^:]+:(?:iam|sts)::\d*:(.+)$/.exec(principal) ?? [];
  const parts = resource.split('/');
  const name = parts[0] === 'assumed-role' ? parts.slice(1).join('/') : parts.at(-1);
  return `${account}/${name}`;
}
