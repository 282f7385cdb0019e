import ipaddr from 'ipaddr.js';
import type { Finding } from '../model/finding.ts';
import type { Severity } from '../model/severity.ts';
import { isAboutCalls } from './finding-text.ts';

export interface OcsfContext {
  /** Of this product. */
  readonly version: string;
  /** Milliseconds; for evidence that carries no time. */
  readonly now: number;
}

const severities = {
  info: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
} as const satisfies Record<Severity, readonly [number, string]>;

/**
 * A finding as OCSF Detection Finding (class 2004 of schema.ocsf.io, version 1.6.0, the one that Security Hub has, with the
 * profile `cloud`). OCSF limits no lengths; texts are those of the evidence, unchanged. What it has no attribute for is in
 * `unmapped`.
 */
export function formatOcsf(finding: Finding, { version, now }: OcsfContext) {
  const { id, revision, detector, secret, actor, firstSeen, lastSeen, incident, links, owner } = finding;
  const [severityId, severity] = severities[finding.severity];
  const [activityId, activity] = activityOf(finding);
  const [statusId, status] = statusOf(finding);
  const account = secret?.account ?? actor?.account;
  const since = milliseconds(firstSeen);
  const until = milliseconds(lastSeen);
  const evidences = evidencesOf(finding);
  return {
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2004,
    class_name: 'Detection Finding',
    activity_id: activityId,
    activity_name: activity,
    type_uid: 200400 + activityId,
    type_name: `Detection Finding: ${activity}`,
    time: until ?? since ?? now,
    severity_id: severityId,
    severity,
    status_id: statusId,
    status,
    is_alert: statusId === 1,
    count: finding.count,
    message: finding.title,
    metadata: {
      version: '1.6.0',
      product: { name: 'secrets-audit', vendor_name: 'secrets-audit', version },
      profiles: ['cloud'],
      uid: `${id}:${revision}`,
      sequence: revision,
      event_code: detector,
      ...(incident !== null && { correlation_uid: incident }),
    },
    finding_info: {
      uid: id,
      title: finding.title,
      desc: finding.explanation,
      types: [isAboutCalls(finding) ? 'Unusual Behavior' : 'Configuration'],
      analytic: { type_id: 1, type: 'Rule', uid: detector, name: detector },
      attacks: finding.attack.map(techniqueOf),
      ...(since !== undefined && { created_time: since, first_seen_time: since }),
      ...(until !== undefined && { modified_time: until, last_seen_time: until }),
      ...(isAboutCalls(finding) && { data_sources: ['AWS CloudTrail'] }),
      related_events: finding.evidence.map((uid) => ({ uid })),
      ...(links.console !== null && { src_url: links.console }),
    },
    ...(evidences.length > 0 && { evidences }),
    ...(secret && {
      resources: [
        {
          uid: secret.arn ?? `${secret.account}:${secret.region}:${secret.name}`,
          name: secret.name,
          type: 'AWS::SecretsManager::Secret',
          region: secret.region,
          ...(owner !== null && { owner: { name: owner } }),
        },
      ],
    }),
    remediation: { desc: finding.advice, references: [links.docs] },
    cloud: {
      provider: 'AWS',
      ...(account !== undefined && { account: awsAccount(account) }),
      ...(secret && { region: secret.region }),
    },
    unmapped: {
      agents: finding.agents,
      facts: finding.facts ?? [],
      impact: finding.impact,
      owner,
      suppressed: finding.suppressed,
      finding_status: finding.status,
    },
  };
}

const activityOf = ({ status, revision }: Finding) =>
  status !== 'open'
    ? ([3, 'Close'] as const)
    : revision > 1
      ? ([2, 'Update'] as const)
      : ([1, 'Create'] as const);

function statusOf({ status, suppressed }: Finding) {
  if (status === 'resolved') return [4, 'Resolved'] as const;
  if (status === 'withdrawn') return [5, 'Archived'] as const;
  return suppressed ? ([3, 'Suppressed'] as const) : ([1, 'New'] as const);
}

const milliseconds = (time: string | null): number | undefined =>
  time === null ? undefined : Date.parse(time);

const awsAccount = (uid: string) => ({ uid, type_id: 10, type: 'AWS Account' });

/** `T1555.006` is a sub-technique of `T1555`; MITRE's full name of it holds both names. */
function techniqueOf({ id, name }: Finding['attack'][number]) {
  const [parent = id, ...part] = id.split('.');
  const [parentName = name, ...partName] = name.split(': ');
  return part.length === 0
    ? { technique: { uid: id, name } }
    : {
        technique: { uid: parent, name: parentName },
        sub_technique: { uid: id, name: partName.join(': ') || name },
      };
}

/** Who called, once for each place that the calls came from. */
function evidencesOf({ actor, origins }: Finding) {
  const user = actor && {
    actor: {
      user: {
        uid: actor.principal,
        name: actor.principal,
        type_id: 99,
        type: actor.kind,
        account: awsAccount(actor.account),
      },
    },
  };
  const places = origins.map((origin) => ({
    ...user,
    src_endpoint: endpointOf(origin),
    data: { count: origin.count },
  }));
  return places.length > 0 || !user ? places : [user];
}

/** OCSF's ip_t. */
const longestAddress = 40;

/** What a log gives as an address need not be one. */
function endpointOf(origin: Finding['origins'][number]) {
  if ('service' in origin) return { svc_name: origin.service };
  if ('vpcEndpoint' in origin) return { uid: origin.vpcEndpoint, name: origin.vpcEndpoint };
  const { ip } = origin;
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(ip) || (ipaddr.IPv6.isValid(ip) && !ip.includes('%'));
  return isAddress && ip.length <= longestAddress ? { ip } : { name: ip };
}
