import { incidentName } from '../incidents/incident-name.ts';
import type {
  Announcement,
  DigestAnnouncement,
  IncidentAnnouncement,
  TestAnnouncement,
} from '../model/announcement.ts';
import type { Finding } from '../model/finding.ts';
import { more, plural } from '../phrases.ts';
import { linesWithin, shown, stepShown } from './client-markdown.ts';
import {
  actorOf,
  adviceWhenOver,
  agentsOf,
  factsOf,
  isAboutCalls,
  originsOf,
  periodOf,
  subjectOf,
  when,
} from './finding-text.ts';

/**
 * AWS names no limits (https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html). What is posted to Slack
 * has Slack's: 150 characters in a header, 3,000 in a section, about 13,200 in all.
 */
const limits = { title: 150, description: 3000, line: 900, keyword: 60, context: 200 } as const;
const mostSteps = 8;
const mostKeywords = 10;
const mostResources = 10;
const findingsShown = 5;

/** A custom notification of Amazon Q Developer in chat applications, for Slack, Microsoft Teams and Amazon Chime. */
export interface AmazonQNotification {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly id: string;
  readonly content: Content & { readonly textType: 'client-markdown' };
  readonly metadata: Metadata & { readonly threadId: string; readonly eventType: string };
}

interface Content {
  readonly title: string;
  readonly description: string;
  readonly nextSteps: readonly string[];
  readonly keywords: readonly string[];
}

interface Metadata {
  readonly summary: string;
  readonly relatedResources: readonly string[];
  readonly additionalContext: Readonly<Record<string, string>>;
}

type Message = Content & Omit<Metadata, 'summary'>;

/** An announcement for Amazon Q; updates of an incident come into its thread. Text from logs neither formats nor mentions. */
export function formatAmazonQ(announcement: Announcement): AmazonQNotification {
  const { kind, id, revision } = announcement;
  const { relatedResources, additionalContext, ...content } = messageOf(announcement);
  return {
    version: '1.0',
    source: 'custom',
    id: `${id}:${revision}`,
    content: { textType: 'client-markdown', ...content },
    metadata: {
      threadId: id,
      summary: content.title,
      eventType: `secrets-audit-${kind}`,
      relatedResources,
      additionalContext: { ...additionalContext, revision: String(revision) },
    },
  };
}

function messageOf(announcement: Announcement): Message {
  switch (announcement.kind) {
    case 'incident':
      return incidentMessage(announcement);
    case 'digest':
      return digestMessage(announcement);
    case 'test':
      return testMessage(announcement);
  }
}

function incidentMessage(announcement: IncidentAnnouncement): Message {
  const { record, findings, change, was } = announcement;
  const { incident, status, owners } = record;
  const name = incidentName(incident.id);
  const label = (status === 'open' ? incident.severity : status).toUpperCase();
  const before = change === 'graver' && was ? ` (was ${was.toUpperCase()})` : '';
  return {
    title: shown(`${label}${before}  ${incident.title}`, limits.title),
    description: linesWithin(limits.description, incidentLines(announcement)),
    nextSteps: stepsOf(announcement, name).map(stepShown),
    keywords: [incident.severity, name, ...incident.detectors]
      .slice(0, mostKeywords)
      .map((word) => shown(word, limits.keyword)),
    relatedResources: [
      ...new Set(findings.flatMap(({ secret }) => (secret ? (secret.arn ?? secret.name) : []))),
    ]
      .slice(0, mostResources)
      .map((resource) => shown(resource, limits.context)),
    additionalContext: {
      incident: name,
      status,
      severity: incident.severity,
      change,
      ...(owners.length > 0 && { owner: shown(owners.join(', '), limits.context) }),
    },
  };
}

function incidentLines({ record, findings, related, whole }: IncidentAnnouncement): string[] {
  const { incident, owners, mergedInto } = record;
  const [finding] = findings;
  return [
    shown(incident.summary, limits.line),
    ...(incident.because ? [labelled('Severity', `${incident.severity}, because ${incident.because}`)] : []),
    ...(finding ? findingLines(finding) : []),
    ...findings.slice(1, findingsShown).map(({ title }) => labelled('Also', title)),
    ...(findings.length > findingsShown ? [`${more(findings.length - findingsShown).trim()}.`] : []),
    ...related
      .slice(0, findingsShown)
      .map(({ product, severity, title, type }) => labelled(product, `${title} (${severity}, ${type})`)),
    ...(owners.length > 0 ? [labelled('Owner', owners.join(', '))] : []),
    ...(mergedInto ? [labelled('Told in', incidentName(mergedInto))] : []),
    ...(whole ? [labelled('The whole of it', whole)] : []),
  ];
}

function findingLines(finding: Finding): string[] {
  return [
    labelled('Secret', subjectOf(finding)),
    ...(isAboutCalls(finding)
      ? [
          labelled('Who', actorOf(finding)),
          labelled('From', originsOf(finding, 5)),
          labelled('With', agentsOf(finding, 3)),
        ]
      : []),
    labelled('When', periodOf(finding)),
    labelled('Why', finding.explanation),
    ...(finding.impact ? [labelled('Impact', finding.impact)] : []),
    ...factsOf(finding).map((fact) => shown(fact, limits.line)),
  ];
}

function stepsOf({ record, findings }: IncidentAnnouncement, name: string): string[] {
  const { status, mergedInto, acknowledged } = record;
  if (status === 'merged')
    return [`Go on with ${mergedInto ? incidentName(mergedInto) : 'the other incident'}.`];
  if (status !== 'open') return [adviceWhenOver[status]];
  return [
    ...(findings[0]?.advice.split('\n').slice(0, mostSteps - 1) ?? []),
    ...(acknowledged ? [] : [`secrets-audit incidents ack ${name} --reason "..."   if you look after it`]),
  ];
}

const becauseTexts = {
  limit: 'held back by the hourly limit',
  'quiet-hours': 'held back in quiet hours',
  daily: 'of the day',
  weekly: 'of the week',
  owner: 'to look after',
} as const;

function digestMessage({ because, owner, from, to, sections }: DigestAnnouncement): Message {
  const count = sections.reduce((sum, each) => sum + each.entries.length + each.more, 0);
  const ofWhom = owner ? ` of ${owner}` : '';
  return {
    title: shown(`DIGEST  ${plural(count, 'incident')}${ofWhom} ${becauseTexts[because]}`, limits.title),
    description: linesWithin(limits.description, [
      `${when(from)} to ${when(to)}`,
      ...sections.flatMap(({ title, entries, more: left }) => [
        `*${shown(title, limits.keyword)}*`,
        ...entries.map(({ incident, severity, title: what, note }) =>
          shown(
            `${severity.toUpperCase()} ${incidentName(incident)} ${what}${note ? `: ${note}` : ''}`,
            limits.context,
          ),
        ),
        ...(left > 0 ? [more(left).trim()] : []),
      ]),
    ]),
    nextSteps: ['secrets-audit incidents list   shows all of them'].map(stepShown),
    keywords: ['digest', because],
    relatedResources: [],
    additionalContext: { from, to, ...(owner && { owner: shown(owner, limits.context) }) },
  };
}

const testMessage = ({ at, by, targets }: TestAnnouncement): Message => ({
  title: 'TEST  secrets-audit reaches this channel',
  description: shown(`Sent by ${by}, ${when(at)}, to ${targets.join(', ')}.`, limits.line),
  nextSteps: ['Nothing. It is a test.'],
  keywords: ['test'],
  relatedResources: [],
  additionalContext: { at },
});

const labelled = (label: string, text: string): string => `*${label}* ${shown(text, limits.line)}`;
