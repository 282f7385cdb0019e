/** Announcements with invented content, one of each kind: docs/alerts.md shows them, the tests keep their text. */
import { buildIncidents } from '../functions/core/engine/incidents.ts';
import type {
  Announcement,
  DigestAnnouncement,
  DigestEntry,
  IncidentAnnouncement,
} from '../functions/core/model/announcement.ts';
import type { Finding } from '../functions/core/model/finding.ts';
import type { HistoryEntry } from '../functions/core/model/incident-record.ts';
import { compareSeverity } from '../functions/core/model/severity.ts';

const account = '111122223333';
const region = 'eu-west-1';
const host = { principal: `arn:aws:iam::${account}:role/sms-ecs-host`, kind: 'role', account };

const clockwork = {
  secret: {
    arn: `arn:aws:secretsmanager:${region}:${account}:secret:sms/clockwork-Ab12Cd`,
    name: 'sms/clockwork',
    account,
    region,
  },
  owner: 'messaging',
  impact: 'Sends SMS to all customers, at our expense',
  links: {
    console: `https://${region}.console.aws.amazon.com/secretsmanager/secret?name=sms%2Fclockwork&region=${region}`,
  },
} as const;

/** Begins like `5d1c0e7a` and has `count` events. */
const events = (start: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${start}-2b6f-4c1d-9e0a-${String(index).padStart(12, '0')}`);

const findingOf = ({
  detector,
  links,
  ...others
}: Partial<Omit<Finding, 'links'>> & {
  readonly detector: string;
  readonly links?: { readonly console: string };
}): Finding => ({
  id: `${detector}-1`,
  revision: 1,
  status: 'open',
  incident: null,
  detector,
  severity: 'medium',
  title: '',
  explanation: '',
  secret: null,
  actor: null,
  firstSeen: null,
  lastSeen: null,
  count: others.evidence?.length ?? 0,
  evidence: [],
  origins: [],
  agents: [],
  owner: null,
  impact: null,
  suppressed: null,
  links: { console: links?.console ?? null, docs: `docs/detectors/${detector}.md` },
  attack: [],
  advice: '',
  ...others,
});

const seen = (time: string, until = time) => ({
  firstSeen: `2026-12-03T${time}.000Z`,
  lastSeen: `2026-12-03T${until}.000Z`,
});

const elsewhere = { origins: [{ ip: '192.0.2.77', count: 1 }] };
const tool = { agents: [{ family: 'aws-cli', raw: 'aws-cli/2.17.0', count: 1 }] };

const stolen: readonly Finding[] = [
  findingOf({
    detector: 'denied-probing',
    severity: 'medium',
    title: '3 refused calls on secrets in 41 seconds by role/sms-ecs-host',
    explanation:
      '3 refused calls (GetSecretValue) on 3 named secrets, from 192.0.2.0/24, a network that nobody here had used; the limit is 3 on 2 or more actions or secrets within 60 minutes, high from 20. Nothing was read by them.',
    actor: host,
    ...seen('02:12:26', '02:13:07'),
    evidence: events('9c31f0b2', 3),
    ...elsewhere,
    ...tool,
    advice: 'If nothing explains it: look at where the calls came from, and revoke the credentials.',
  }),
  findingOf({
    detector: 'rare-network',
    severity: 'high',
    title: 'role/sms-ecs-host read sms/clockwork from a network new to it',
    explanation:
      '1 read from 192.0.2.0/24 with the credentials of instance i-0abc12de34567890f: from 192.0.2.0/24, a network that nobody here had used and with aws-cli, a tool new to it. Known of it: 90 active days of the last 128, 1 network, at most 2 secrets a day, usually with aws-sdk-java. Not known: who is behind the address.',
    ...clockwork,
    actor: host,
    ...seen('02:14:07'),
    evidence: events('5d1c0e7a', 1),
    ...elsewhere,
    ...tool,
    attack: [
      { id: 'T1078.004', name: 'Valid Accounts: Cloud Accounts' },
      { id: 'T1555.006', name: 'Credentials from Password Stores: Cloud Secrets Management Stores' },
    ],
    advice:
      'Find out whose the address is, and whether the network was changed.\nIf nobody knows it: revoke the sessions of the identity, and rotate the secrets that it read from there.',
  }),
  findingOf({
    detector: 'outside-contract',
    severity: 'medium',
    title: 'role/sms-ecs-host used sms/clockwork outside its contract',
    explanation:
      '1 call (GetSecretValue). No clause of sms/clockwork permits role sms-ecs-host; it permits: sender (role sms-sender-exec), oncall (permission set OnCall).',
    ...clockwork,
    actor: host,
    ...seen('02:14:07'),
    evidence: events('5d1c0e7a', 1),
    ...elsewhere,
    ...tool,
    advice:
      'Ask the owner of the secret whether this access is meant.\nIf so, add a clause or an exception with an end to audit.yaml; if not, revoke the sessions and rotate the secret.',
  }),
];

const abroad = findingOf({
  detector: 'outside-contract',
  severity: 'medium',
  title: 'mara@example.com (OnCall) used sms/clockwork outside its contract',
  explanation:
    '1 call (GetSecretValue). clause "oncall" of sms/clockwork permits permission set OnCall to read from vpn (198.51.100.0/28), Mon-Fri 08:00-19:00 Europe/London; this was a read from 203.0.113.9, a network that it does not name.',
  ...clockwork,
  actor: {
    principal: `arn:aws:sts::${account}:assumed-role/AWSReservedSSO_OnCall_0123456789abcdef/mara@example.com`,
    kind: 'person',
    account,
  },
  ...seen('10:31:50'),
  evidence: events('77aa01c4', 1),
  origins: [{ ip: '203.0.113.9', count: 1 }],
  agents: [{ family: 'console', raw: 'Mozilla/5.0', count: 1 }],
  advice:
    'Ask the owner of the secret whether this access is meant.\nIf so, add a clause or an exception with an end to audit.yaml; if not, revoke the sessions and rotate the secret.',
});

const lagging = findingOf({
  detector: 'rotation-moving',
  severity: 'medium',
  title: 'sms/clockwork: the grace of the old key is over, and billing-reminders lags',
  explanation:
    '1 of 2 consumers has the new key. The grace of 5 days ended 1 Dec 2026. ECS injects the key only at the start of a task. Not covered: consumers outside AWS that no contract names.',
  facts: [
    '  ecs prod/sms-sender         moved     12 of 12 tasks started after the',
    '                                        switch',
    '  ecs prod/billing-reminders  LAGGING   2 of 2 tasks started 3 Nov: they hold',
    '                                        the old key',
    '  26 Nov 2026 09:02  switched: the key "sms-prod-2026-11" is current',
  ],
  ...clockwork,
  firstSeen: '2026-12-01T09:02:00.000Z',
  lastSeen: '2026-12-01T10:00:00.000Z',
  advice:
    'aws ecs update-service --cluster prod --service billing-reminders --force-new-deployment\nsecrets-audit rotation prove sms/clockwork   or wait: it is asked again every hour\nThen deactivate "sms-prod-2026-08" in the Clockwork dashboard (API section).\nDO NOT deactivate it before: billing-reminders would stop.\nTrouble: secrets-audit rotation rollback sms/clockwork --reason "..."   (the old key is alive)',
});

type Told = Partial<Omit<IncidentAnnouncement, 'record'>> & {
  readonly record?: Partial<IncidentAnnouncement['record']>;
};

function incident(findings: readonly Finding[], { record, ...told }: Told = {}): IncidentAnnouncement {
  const [story] = buildIncidents(findings);
  if (!story) throw new Error('no incident');
  const { update = 1 } = told;
  return {
    schemaVersion: '1.0',
    kind: 'incident',
    id: story.id,
    revision: update,
    targets: ['email', 'slack'],
    change: 'new',
    update,
    was: null,
    findings: findings.toSorted((a, b) => compareSeverity(b.severity, a.severity)),
    related: [],
    accountNames: { [account]: 'prod' },
    whole: null,
    ...told,
    record: {
      incident: story,
      revision: update,
      status: 'open',
      mergedInto: null,
      owners: ['messaging'],
      acknowledged: null,
      snoozed: null,
      history: [],
      ...record,
    },
  };
}

/** Its id is that of the rotation. */
function rotation(told: Told = {}): IncidentAnnouncement {
  const id = 'rotation-264bf44a3267331c';
  const announcement = incident([lagging], told);
  const { record } = announcement;
  return { ...announcement, id, record: { ...record, incident: { ...record.incident, id } } };
}

const said = (word: HistoryEntry['word'], reason: string): HistoryEntry => ({
  at: '2026-12-03T02:40:00.000Z',
  by: 'anika',
  word,
  reason,
});

const guardDuty = {
  product: 'GuardDuty',
  id: '1ac0ffee5ca1ab1e0ddba11c0de5eed5',
  type: 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS',
  severity: 'high',
  title: 'Credentials of the instance i-0abc12de34567890f were used from 192.0.2.77',
  at: '2026-12-03T02:29:00.000Z',
} as const;

const entry = (incident: string, entry: Partial<DigestEntry> & { readonly title: string }): DigestEntry => ({
  incident,
  severity: 'medium',
  at: '2026-11-26T02:14:07.000Z',
  status: 'open',
  owner: 'data',
  note: null,
  ...entry,
});

const digest = (
  because: DigestAnnouncement['because'],
  sections: DigestAnnouncement['sections'],
  others: Partial<DigestAnnouncement> = {},
): DigestAnnouncement => ({
  schemaVersion: '1.0',
  kind: 'digest',
  id: `digest-${because}-2026-11-30`,
  revision: 1,
  targets: ['email', 'slack'],
  because,
  owner: null,
  from: '2026-11-23T08:00:00.000Z',
  to: '2026-11-30T08:00:00.000Z',
  sections,
  ...others,
});

const open = entry('inc-a90c2b77d3e14f60', {
  title: 'role/etl read warehouse/db from a network new to it',
});
const overdue = entry('rotation-264bf44a3267331c', {
  title: 'The old key of sms/clockwork is still alive 6 days after the rotation',
  owner: 'messaging',
  note: 'Overdue since 1 Dec 2026',
});
const mild = entry('inc-0b7de1f29a834c55', {
  severity: 'low',
  title: 'user/build read ci/token at an hour new to it',
  owner: null,
});

const first = stolen.slice(1);
const merged = 'inc-4f2a91c07d3e5b86';

export interface AlertSample {
  readonly name: string;
  readonly title: string;
  readonly announcement: Announcement;
}

export const alertSamples: readonly AlertSample[] = [
  { name: 'incident', title: 'Stolen credentials', announcement: incident(stolen) },
  {
    name: 'graver',
    title: 'It becomes graver, and GuardDuty says the same',
    announcement: incident(stolen, {
      change: 'graver',
      was: 'medium',
      update: 2,
      related: [guardDuty],
      record: { acknowledged: said('acknowledge', 'looks like our scanner, asking') },
    }),
  },
  {
    name: 'broken-clause',
    title: 'A clause is broken: an exception to propose',
    announcement: incident([abroad]),
  },
  {
    name: 'rotation',
    title: 'A rotation that a consumer holds up',
    announcement: rotation(),
  },
  {
    name: 'reminder',
    title: 'The same, five days later',
    announcement: rotation({ change: 'reminder', update: 2, was: 'medium' }),
  },
  {
    name: 'more',
    title: 'There is more of it',
    announcement: incident(stolen, { change: 'more', update: 3, was: 'high' }),
  },
  {
    name: 'resolved',
    title: 'Somebody says that it is over',
    announcement: incident(first, {
      change: 'resolved',
      update: 2,
      was: 'high',
      record: { status: 'resolved', history: [said('resolve', 'the pipeline moved to the new NAT gateway')] },
    }),
  },
  {
    name: 'withdrawn',
    title: 'A correction',
    announcement: incident(
      [
        {
          ...abroad,
          explanation: `No longer holds: events that arrived later show that this was usual, or known. It had said: ${abroad.explanation}`,
        },
      ],
      { change: 'withdrawn', update: 2, was: 'medium', record: { status: 'withdrawn' } },
    ),
  },
  {
    name: 'merged',
    title: 'Two incidents turn out to be one',
    announcement: incident(first, {
      change: 'merged',
      update: 2,
      was: 'high',
      record: { status: 'merged', mergedInto: merged },
    }),
  },
  {
    name: 'digest-limit',
    title: 'The digest of what the hourly limit held back',
    announcement: digest('limit', [{ title: 'Held back', entries: [open, mild], more: 12 }], {
      from: '2026-11-26T02:00:00.000Z',
      to: '2026-11-26T03:00:00.000Z',
    }),
  },
  {
    name: 'digest-quiet-hours',
    title: 'The digest after quiet hours',
    announcement: digest('quiet-hours', [{ title: 'Held back', entries: [open], more: 0 }], {
      from: '2026-11-25T19:00:00.000Z',
      to: '2026-11-26T08:00:00.000Z',
    }),
  },
  {
    name: 'digest-daily',
    title: 'A daily digest with nothing in it',
    announcement: digest('daily', [], { from: '2026-11-29T08:00:00.000Z' }),
  },
  {
    name: 'digest-weekly',
    title: 'The weekly digest',
    announcement: digest('weekly', [
      { title: 'Open', entries: [open], more: 0 },
      { title: 'Overdue', entries: [overdue], more: 0 },
      { title: 'Not sent by itself', entries: [mild], more: 0 },
    ]),
  },
  {
    name: 'digest-owner',
    title: 'The weekly digest of an owner',
    announcement: digest(
      'owner',
      [
        { title: 'Overdue', entries: [overdue], more: 0 },
        {
          title: 'Expiring',
          entries: [
            entry('inc-77c0ab3e51d24f98', {
              severity: 'info',
              title: 'The exception of clause oncall for sms/clockwork',
              at: null,
              owner: 'messaging',
              note: 'Ends 9 Dec 2026',
            }),
          ],
          more: 0,
        },
      ],
      { owner: 'messaging' },
    ),
  },
  {
    name: 'test',
    title: 'A test',
    announcement: {
      schemaVersion: '1.0',
      kind: 'test',
      id: 'test-20261203T101500Z',
      revision: 1,
      targets: ['email', 'slack'],
      at: '2026-12-03T10:15:00.000Z',
      by: 'anika',
    },
  },
];

/** Everything that a log could hold to deceive whoever reads the message. */
const hostile = `<!channel> <@U012AB3CD> <https://evil.example|console> *b* _i_ ~s~ \`c\` & \u001b[31mred\u202e\u2066\r\nSubject: [RESOLVED] nothing\r\n\r\n<script>alert(1)</script> \ud83d 🔥 ${'x'.repeat(10_000)}`;

/** What fills every limit; kept as golden files only. */
export const limitSamples: readonly AlertSample[] = [
  {
    name: 'limit-hostile',
    title: 'A user agent of 10 KB, and names like it',
    announcement: incident(
      stolen.map((each) => ({
        ...each,
        title: hostile.slice(0, 300),
        explanation: hostile.slice(0, 3000),
        secret: { arn: null, name: hostile, account, region },
        actor: { ...host, principal: `arn:aws:iam::${account}:role/${hostile}` },
        agents: [{ family: hostile, raw: hostile, count: 1 }],
        evidence: [hostile],
        owner: hostile,
        impact: hostile,
      })),
      { whole: 's3://secrets-audit-reports-111122223333/announcements/inc-841ae2c28bd03511/1.json' },
    ),
  },
  {
    name: 'limit-many',
    title: 'An incident of 20 findings',
    announcement: incident(
      Array.from({ length: 20 }, (_, index) =>
        findingOf({
          detector: `detector-${index}`,
          severity: 'high',
          title: `role/sms-ecs-host read secret number ${index} of a great many that it had not read`,
          explanation: 'Word after word, to fill the room that there is. '.repeat(60),
          facts: Array.from({ length: 40 }, (_, fact) => `  fact ${fact} of this finding`),
          secret: { arn: null, name: `app/secret-${index}`, account, region },
          actor: host,
          ...seen(`02:${String(index + 10)}:00`),
          evidence: events(`${10_000_000 + index}`, 100),
          origins: Array.from({ length: 20 }, (_, place) => ({ ip: `192.0.2.${place}`, count: 1 })),
          owner: `team-${index}`,
          impact: `Opens the door number ${index}`,
          advice: Array.from(
            { length: 12 },
            (_, step) =>
              `Step ${step}: revoke the sessions, and rotate the secret. ${'Carefully. '.repeat(20)}`,
          ).join('\n'),
        }),
      ),
    ),
  },
  {
    name: 'limit-digest',
    title: 'A digest of 600 entries',
    announcement: digest('limit', [
      {
        title: 'Held back',
        entries: Array.from({ length: 600 }, (_, index) =>
          entry(`inc-${(0x10000000 + index).toString(16)}c07d3e5b`, {
            title: `role/etl read warehouse/db-${index} from a network new to it, and more that makes the line long`,
          }),
        ),
        more: 300,
      },
    ]),
  },
];
