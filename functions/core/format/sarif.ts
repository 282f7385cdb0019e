import type { Log, Notification, ReportingDescriptor, Result } from 'sarif';
import type { Check } from '../check.ts';
import { checks } from '../checks/index.ts';
import type { Detector } from '../detector.ts';
import { detectors } from '../detectors/index.ts';
import type { AuditReport } from '../model/audit-report.ts';
import type { Finding } from '../model/finding.ts';
import { gravestOf, type Severity } from '../model/severity.ts';
import { compareText } from '../order.ts';
import { plural } from '../phrases.ts';
import { detectorText } from './detector-text.ts';
import { periodOf, stepsOf, subjectOf } from './finding-text.ts';
import { plainText, truncate } from './plain-text.ts';

export interface SarifContext {
  /** Of this product. */
  readonly version: string;
}

/** `score`: GitHub's security-severity, from where its names of severities begin. */
const levels = {
  critical: { level: 'error', score: '9.5' },
  high: { level: 'error', score: '8.0' },
  medium: { level: 'warning', score: '5.0' },
  low: { level: 'note', score: '2.0' },
  info: { level: 'note', score: '0.1' },
} as const satisfies Record<Severity, { readonly level: Result.level; readonly score: string }>;

/** GitHub cuts a rule's descriptions there. */
const longestDescription = 1024;
const longestMessage = 4_000;
const longestPart = 1_000;

/**
 * A report as SARIF 2.1.0 (OASIS), in what GitHub's "SARIF support for code scanning" reads. What was found is in AWS and not
 * in a file; because GitHub takes no result without one, each names the first line of audit.yaml, where whatever is to be
 * permitted, suppressed or configured about it is written. Where it really is stands in `logicalLocations`.
 */
export function formatSarif(report: AuditReport, { version }: SarifContext): Log {
  const findings = report.findings.filter(({ status }) => status === 'open');
  const ids = [...new Set(findings.map(({ detector }) => detector))].sort(compareText);
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'secrets-audit',
            version,
            rules: ids.map((id) =>
              ruleOf(
                id,
                findings.filter(({ detector }) => detector === id),
              ),
            ),
          },
        },
        automationDetails: { id: 'secrets-audit/' },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: report.summary.unreadable.length === 0,
            toolExecutionNotifications: notificationsOf(report),
          },
        ],
        results: findings.map((finding) => resultOf(finding, ids.indexOf(finding.detector))),
      },
    ],
  };
}

const judgements: ReadonlyMap<string, Detector | Check> = new Map(
  [...detectors, ...checks].map((each) => [each.id, each]),
);

/** GitHub shows all results of a rule with the rule's severity: that of its gravest result. */
function ruleOf(id: string, findings: readonly Finding[]): ReportingDescriptor {
  const { level, score } = levels[gravestOf(findings.map(({ severity }) => severity))];
  const judgement = judgements.get(id);
  return {
    id: plainText(id),
    ...(judgement && {
      shortDescription: { text: truncate(judgement.title, longestDescription) },
      fullDescription: { text: truncate(judgement.rationale, longestDescription) },
      help: { text: detectorText(judgement, { columns: 80, emphasise: (_, text) => text }) },
    }),
    defaultConfiguration: { level },
    properties: { tags: ['security', ...(judgement?.attack ?? [])], 'security-severity': score },
  };
}

function resultOf(finding: Finding, ruleIndex: number): Result {
  const { id, secret, actor, suppressed, severity, links } = finding;
  const account = secret?.account ?? actor?.account;
  return {
    ruleId: plainText(finding.detector),
    ruleIndex,
    level: levels[severity].level,
    message: { text: messageOf(finding) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'audit.yaml', uriBaseId: '%SRCROOT%' },
          region: { startLine: 1 },
        },
        logicalLocations: [
          ...(secret
            ? [
                {
                  name: plainText(secret.name),
                  fullyQualifiedName: plainText(
                    secret.arn ?? `${secret.account}:${secret.region}:${secret.name}`,
                  ),
                  kind: 'secret',
                },
                { name: plainText(secret.region), kind: 'region' },
              ]
            : []),
          ...(account === undefined ? [] : [{ name: plainText(account), kind: 'account' }]),
        ],
      },
    ],
    // Of these GitHub reads the first only; without it every result of a rule would be one and the same.
    partialFingerprints: { primaryLocationLineHash: `${id}:1`, 'findingId/v1': id },
    occurrenceCount: Math.max(1, finding.count),
    suppressions: suppressed
      ? [
          {
            kind: 'external',
            status: 'accepted',
            justification: plainText(
              `Suppression ${suppressed.id} of ${suppressed.owner}, until ${suppressed.until}`,
            ),
          },
        ]
      : [],
    ...(links.console && /^https:\/\/\S+$/.test(links.console) && { hostedViewerUri: links.console }),
    properties: {
      severity,
      incident: finding.incident,
      owner: finding.owner && plainText(finding.owner),
      firstSeen: finding.firstSeen,
      lastSeen: finding.lastSeen,
      evidence: finding.evidence.map(plainText),
    },
  };
}

function messageOf(finding: Finding): string {
  const text = [
    truncate(plainText(finding.title), longestPart),
    truncate(plainText(finding.explanation), longestPart),
    `Secret: ${subjectOf(finding)}. ${periodOf(finding)}.`,
    ...stepsOf(finding),
  ].join('\n');
  return literal(truncate(text, longestMessage));
}

/** Brackets would make links and braces placeholders (SARIF 2.1.0, 3.11.5 and 3.11.6). */
const literal = (text: string): string =>
  text
    .replace(/[[\]\\]/g, '\\$&')
    .replace(/[{}]/g, '$&$&')
    .toWellFormed();

/** What could not be read, and of how many secrets nothing can be said: no result does not mean that nothing happened. */
function notificationsOf({ summary, completeness }: AuditReport): Notification[] {
  const unknown = completeness.verdicts.filter(({ verdict }) => verdict === 'cannot know').length;
  return [
    ...summary.unreadable.map(({ path, reason }) => ({
      level: 'error' as const,
      message: { text: literal(`${plainText(path)}: ${plainText(reason)}`) },
    })),
    ...(unknown > 0
      ? [
          {
            level: 'warning' as const,
            message: { text: `Of ${plural(unknown, 'secret')} nobody can say that nothing happened.` },
          },
        ]
      : []),
  ];
}
