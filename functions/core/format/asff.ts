import type { Finding } from '../model/finding.ts';
import type { Severity } from '../model/severity.ts';
import { actorOf, agentsOf, isAboutCalls, originsOf, stepsOf, subjectOf } from './finding-text.ts';
import { plainText, truncate } from './plain-text.ts';

/** Where findings are imported: the account and Region of whoever calls BatchImportFindings. */
export interface ImportPlace {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

/** What is written of `AwsSecurityFinding`. */
export interface SecurityHubFinding {
  readonly SchemaVersion: '2018-10-08';
  readonly Id: string;
  readonly ProductArn: string;
  readonly ProductName: string;
  readonly GeneratorId: string;
  readonly AwsAccountId: string;
  readonly CreatedAt: string;
  readonly UpdatedAt: string;
  readonly FirstObservedAt?: string;
  readonly LastObservedAt?: string;
  readonly Title: string;
  readonly Description: string;
  readonly FindingProviderFields: {
    readonly Severity: { readonly Label: keyof typeof labels; readonly Original: Severity };
    readonly Types: string[];
  };
  readonly Resources: SecurityHubResource[];
  readonly Remediation: { readonly Recommendation: { readonly Text: string } };
  readonly SourceUrl?: string;
  readonly ProductFields: Record<string, string>;
  readonly RecordState: 'ACTIVE' | 'ARCHIVED';
  readonly Workflow?: { readonly Status: 'SUPPRESSED' };
}

interface SecurityHubResource {
  readonly Type: 'AwsSecretsManagerSecret' | 'AwsAccount' | 'Other';
  readonly Id: string;
  readonly Region?: string;
  readonly Details?:
    | { readonly AwsSecretsManagerSecret: { readonly Name: string } }
    | { readonly Other: { readonly Name: string } };
}

const labels = {
  INFORMATIONAL: 'info',
  LOW: 'low',
  MEDIUM: 'medium',
  HIGH: 'high',
  CRITICAL: 'critical',
} as const satisfies Record<string, Severity>;

const longest = { title: 256, description: 1024, text: 512, type: 64, region: 16 };
const dayMs = 86_400_000;

/**
 * A finding for Security Hub: AWS Security Finding Format, 2018-10-08. Its limits are those of `AwsSecurityFinding` in the
 * API reference (Title 256, Description 1024, Id 512, Recommendation.Text 512, ProductFields 50 of 2048, Resources 32). All
 * texts are cut to 1024 at most, so that a finding stays under 60 KB and a batch of 100 under the limit of 6 MB.
 *
 * Severity and types go through FindingProviderFields, from where Security Hub fills its own; what people changed there
 * stays. Workflow counts only when a finding is created.
 *
 * @param now milliseconds; for evidence that carries no time
 */
export function formatAsff(finding: Finding, place: ImportPlace, now: number): SecurityHubFinding {
  const { partition, region, account } = place;
  const { firstSeen, lastSeen, severity, status, suppressed, links, detector } = finding;
  return {
    SchemaVersion: '2018-10-08',
    Id: text(`secrets-audit/${finding.id}`),
    ProductArn: `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`,
    ProductName: 'secrets-audit',
    GeneratorId: text(detector),
    AwsAccountId: account,
    CreatedAt: timestamp(startOfDay(firstSeen ?? lastSeen, now)),
    UpdatedAt: timestamp(startOfDay(lastSeen, now) + finding.revision * 1_000),
    ...(firstSeen && { FirstObservedAt: firstSeen }),
    ...(lastSeen && { LastObservedAt: lastSeen }),
    Title: text(finding.title, longest.title),
    Description: text(finding.explanation, longest.description),
    FindingProviderFields: {
      Severity: { Label: labelOf(severity), Original: severity },
      Types: [
        `${
          isAboutCalls(finding)
            ? 'Unusual Behaviors/User'
            : 'Software and Configuration Checks/AWS Security Best Practices'
        }/${text(detector.replaceAll('/', '-'), longest.type)}`,
      ],
    },
    Resources: [resourceOf(finding, account)],
    Remediation: { Recommendation: { Text: text(stepsOf(finding).join(' ')) } },
    ...(links.console && /^https:\/\/\S+$/.test(links.console) && { SourceUrl: links.console }),
    ProductFields: productFieldsOf(finding),
    RecordState: status === 'open' ? 'ACTIVE' : 'ARCHIVED',
    ...(suppressed && { Workflow: { Status: 'SUPPRESSED' } }),
  };
}

/**
 * Security Hub ignores an update whose UpdatedAt is not later than what it has. A finding keeps its id within one UTC day of
 * `lastSeen`, or `lastSeen` only grows; the day with the revision as seconds therefore grows with every revision, even where
 * a correction takes the last event away, and is the same however often it is sent.
 */
const startOfDay = (time: string | null, now: number): number =>
  Math.floor((time === null ? now : Date.parse(time)) / dayMs) * dayMs;

const timestamp = (time: number): string => new Date(time).toISOString();

const labelOf = (severity: Severity) =>
  (Object.keys(labels) as (keyof typeof labels)[]).find((label) => labels[label] === severity) ??
  'INFORMATIONAL';

function resourceOf({ secret, actor }: Finding, importedIn: string): SecurityHubResource {
  if (secret) {
    const details = { Name: text(secret.name) };
    return {
      ...(secret.arn
        ? {
            Type: 'AwsSecretsManagerSecret',
            Id: text(secret.arn),
            Details: { AwsSecretsManagerSecret: details },
          }
        : {
            Type: 'Other',
            Id: text(`${secret.account}:${secret.region}:${secret.name}`),
            Details: { Other: details },
          }),
      Region: text(secret.region, longest.region),
    };
  }
  return { Type: 'AwsAccount', Id: text(`AWS::::Account:${actor?.account || importedIn}`) };
}

function productFieldsOf(finding: Finding): Record<string, string> {
  const { secret, actor, owner, impact, suppressed, facts, attack, evidence } = finding;
  const fields: Record<string, string | null | undefined> = {
    FindingId: finding.id,
    Revision: String(finding.revision),
    Status: finding.status,
    Incident: finding.incident,
    Subject: subjectOf(finding),
    SecretAccount: secret?.account,
    Owner: owner,
    Impact: impact,
    Actor: actor && actorOf(finding),
    Principal: actor?.principal,
    Origins: isAboutCalls(finding) ? originsOf(finding, 5) : null,
    Agents: isAboutCalls(finding) ? agentsOf(finding, 5) : null,
    Events: String(finding.count),
    Evidence: evidence.slice(0, 10).join(', '),
    Facts: facts?.join('; '),
    Attack: attack.map(({ id }) => id).join(', '),
    Suppression: suppressed && `${suppressed.id}, until ${suppressed.until}`,
    Docs: finding.links.docs,
  };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value?.trim() ? [[`secrets-audit/${name}`, text(value)]] : [],
    ),
  );
}

/** Every text of the format holds something that is not a space. */
const text = (value: string, limit = longest.text): string =>
  truncate(plainText(truncate(value, limit)), limit)
    .toWellFormed()
    .trim() || 'not known';
