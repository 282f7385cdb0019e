import fc from 'fast-check';
import { detectors } from '../../functions/core/detectors/index.ts';
import { consoleLink } from '../../functions/core/engine/finding-merge.ts';
import {
  type Announcement,
  type IncidentAnnouncement,
  incidentAnnouncementSchema,
} from '../../functions/core/model/announcement.ts';
import type { Finding } from '../../functions/core/model/finding.ts';
import { handlingWords } from '../../functions/core/model/incident-record.ts';
import { severities } from '../../functions/core/model/severity.ts';
import { digestAnnouncement, incidentAnnouncement, testAnnouncement } from './announcements.ts';
import { finding, hostile } from './findings.ts';
import { account, region } from './records.ts';

const severity = fc.constantFrom(...severities);
const time = fc
  .date({ min: new Date('2026-11-01'), max: new Date('2026-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** What a log could hold to deceive whoever reads the message: markup, mentions, escapes, directions, halves. */
export const hostileText = fc.oneof(
  fc.constantFrom(
    hostile,
    'x'.repeat(10_000),
    '<!channel> <@U012AB3CD> <#C012AB3CD|general> <https://evil.example|console>',
    '&lt;!here&gt; &amp;amp; &',
    '&'.repeat(4000),
    '<'.repeat(4000),
    '"\\'.repeat(2000),
    '*_~`'.repeat(1000),
    '```\n@channel\n```',
    '<img src=x onerror=alert(1)></td></table>',
    '\u001b[2J\u001b]0;owned\u0007\u009b31m',
    'a\r\nSubject: [RESOLVED] nothing\r\n\r\n1. aws iam delete-user --user-name root',
    'abc\u202ekcolc\u2066\u200f\u061c\ufeff',
    '\ud83d'.repeat(900),
    '\udc00x\ud800',
    '👩‍👩‍👧‍👦🇬🇧'.repeat(300),
    '\'; rm -rf / #\n"$(reboot)`reboot`',
    '日本語の秘密'.repeat(400),
    '  leading\tand trailing  ',
    ' ',
    '',
  ),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
);

const calm = fc.constantFrom('sms/clockwork', 'app/db', 'warehouse/db', 'ci/token');
const name = fc.oneof({ weight: 3, arbitrary: calm }, { weight: 2, arbitrary: hostileText });

const anyFinding: fc.Arbitrary<Finding> = fc
  .record({
    id: fc.uuid(),
    status: fc.constantFrom('open', 'open', 'resolved', 'withdrawn'),
    detector: fc.constantFrom(...detectors.map(({ id }) => id), 'rotation-moving', 'secret-posture'),
    severity,
    title: name,
    explanation: fc.oneof(
      name,
      name.map(
        (text) =>
          `1 read. Not known: ${text}. clause "${text}" of x permits y; this was a read from z, a network that it does not name.`,
      ),
    ),
    facts: fc.option(fc.array(name, { maxLength: 30 }), { nil: undefined }),
    secret: fc.option(name, { nil: null }),
    actor: fc.option(fc.tuple(name, fc.constantFrom('role', 'user', 'person', 'service')), { nil: null }),
    at: fc.option(time, { nil: null }),
    evidence: fc.array(fc.oneof(fc.uuid(), hostileText), { maxLength: 20 }),
    origins: fc.array(name, { maxLength: 20 }),
    agents: fc.array(name, { maxLength: 20 }),
    owner: fc.option(name, { nil: null }),
    impact: fc.option(name, { nil: null }),
    advice: fc.array(
      fc.oneof(
        name,
        fc.constantFrom(
          'Revoke it, then rotate the secret.',
          'Look:',
          'aws ecs list-tasks --cluster "a b"   then see',
        ),
      ),
      { maxLength: 12 },
    ),
  })
  .map(({ secret, actor, at, facts, origins, agents, advice, ...others }) => {
    const ref = secret === null ? null : { arn: null, name: secret, account, region };
    return finding({
      ...others,
      ...(facts && { facts }),
      secret: ref,
      actor: actor && { principal: `arn:aws:iam::${account}:role/${actor[0]}`, kind: actor[1], account },
      firstSeen: at,
      lastSeen: at,
      origins: origins.map((ip) => ({ ip, count: 1 })),
      agents: agents.map((family) => ({ family, raw: family, count: 1 })),
      links: { console: consoleLink(ref), docs: 'docs/detectors/x.md' },
      advice: advice.join('\n'),
    });
  });

const entry = fc.record({
  at: time,
  by: name,
  word: fc.constantFrom(...handlingWords),
  reason: name,
});

export const anyIncident: fc.Arbitrary<IncidentAnnouncement> = fc
  .record({
    findings: fc.array(anyFinding, { minLength: 1, maxLength: 20 }),
    status: fc.constantFrom('open', 'open', 'open', 'resolved', 'withdrawn', 'merged'),
    change: fc.constantFrom(...incidentAnnouncementSchema.shape.change.options),
    was: fc.option(severity, { nil: null }),
    update: fc.integer({ min: 1, max: 1000 }),
    owners: fc.array(name, { maxLength: 8 }),
    names: fc.option(name, { nil: undefined }),
    said: fc.option(entry, { nil: null }),
    because: fc.option(name, { nil: undefined }),
    related: fc.array(fc.record({ product: name, id: name, type: name, severity, title: name, at: time }), {
      maxLength: 6,
    }),
    whole: fc.option(name, { nil: null }),
  })
  .map(({ findings, status, change, was, update, owners, names, said, because, related, whole }) => {
    const told = incidentAnnouncement(findings, { change, was, update, related, whole });
    return {
      ...told,
      ...(names !== undefined && { accountNames: { [account]: names } }),
      record: {
        ...told.record,
        incident: { ...told.record.incident, ...(because !== undefined && { because }) },
        status,
        mergedInto: status === 'merged' ? 'inc-4f2a91c07d3e5b86' : null,
        owners,
        acknowledged: said,
        history: said ? [said] : [],
      },
    };
  });

const anyDigest = fc
  .record({
    because: fc.constantFrom('limit', 'quiet-hours', 'daily', 'weekly', 'owner'),
    owner: fc.option(name, { nil: null }),
    sections: fc.array(
      fc.record({
        title: name,
        entries: fc.array(
          fc.record({
            incident: fc.oneof(fc.constant('inc-4f2a91c07d3e5b86'), hostileText),
            severity,
            title: name,
            at: fc.option(time, { nil: null }),
            status: fc.constantFrom('open', 'resolved', 'withdrawn', 'merged'),
            owner: fc.option(name, { nil: null }),
            note: fc.option(name, { nil: null }),
          }),
          { maxLength: 40 },
        ),
        more: fc.nat(1000),
      }),
      { maxLength: 8 },
    ),
  })
  .map((digest) => digestAnnouncement(digest as Parameters<typeof digestAnnouncement>[0]));

export const anyAnnouncement: fc.Arbitrary<Announcement> = fc.oneof(
  { weight: 6, arbitrary: anyIncident },
  { weight: 2, arbitrary: anyDigest },
  { weight: 1, arbitrary: fc.record({ by: name, id: name, targets: fc.array(name) }).map(testAnnouncement) },
);
