import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { formatEmail } from '../../../functions/core/format/email.ts';
import { exceptionSnippet } from '../../../functions/core/format/exception-snippet.ts';
import { incidentName } from '../../../functions/core/incidents/incident-name.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import { parseSettings } from '../../../functions/core/model/settings.ts';
import { digestAnnouncement, incidentAnnouncement } from '../../support/announcements.ts';
import { finding } from '../../support/findings.ts';
import { account } from '../../support/records.ts';

const accountNames = { [account]: 'prod' };
const emailOf = (overrides: Partial<Finding>) => formatEmail(incidentAnnouncement([finding(overrides)]));
const subjectOf = (...told: Parameters<typeof incidentAnnouncement>) =>
  formatEmail(incidentAnnouncement(...told)).subject;

describe('the subject of an email', () => {
  it('says how grave, where, what, and which incident', () => {
    const name = incidentName(incidentAnnouncement().id);
    expect(name).toMatch(/^INC-[0-9A-F]{6}$/);
    expect(subjectOf(undefined, { accountNames })).toBe(
      `[HIGH] prod: 25 secrets read in 4 seconds by user/intruder (${name})`,
    );
    expect(subjectOf()).toContain(`[HIGH] ${account}: `);
  });

  it('gives up the place, then the name, before it cuts the title', () => {
    const withTitle = (length: number) =>
      subjectOf([finding({ title: 'x'.repeat(length) })], { accountNames });
    expect(withTitle(68)).toMatch(/^\[HIGH\] prod: x+ \(INC-\w+\)$/);
    expect(withTitle(74)).toMatch(/^\[HIGH\] x+ \(INC-\w+\)$/);
    expect(withTitle(81)).toMatch(/^\[HIGH\] prod: x+$/);
    expect(withTitle(88)).toMatch(/^\[HIGH\] x+$/);
    expect(withTitle(89)).toMatch(/^\[HIGH\] x+\.\.\.$/);
  });

  it('tells the gravest sign where the whole story is too long', () => {
    const subject = subjectOf([
      finding({
        id: 'a',
        title: 'user/intruder was refused at a great many secrets of the warehouse',
        severity: 'low',
      }),
      finding({ id: 'b', title: 'user/intruder read app/db from a network new to it' }),
    ]);
    expect(subject).toMatch(/user\/intruder read app\/db from a network new to it \(INC-/);
  });

  it('is the same in updates, so that mail clients keep them together; and says what was milder', () => {
    const first = subjectOf(undefined, { accountNames });
    const update = { accountNames, update: 2, was: 'high' } as const;
    expect(subjectOf(undefined, { ...update, change: 'more' })).toBe(`Re: ${first}`);
    expect(subjectOf(undefined, { ...update, change: 'reminder' })).toBe(`Re: ${first}`);
    expect(subjectOf(undefined, { ...update, change: 'graver', was: 'low' })).toBe(
      first.replace('[HIGH]', '[HIGH, was LOW]'),
    );
    const merged = { status: 'merged', mergedInto: 'inc-4f2a91c07d3e5b86' } as const;
    expect(subjectOf(undefined, { ...update, change: 'merged', record: merged })).toMatch(
      /^\[MERGED into INC-4F2A91\] /,
    );
    const lost = { status: 'merged' } as const;
    expect(subjectOf(undefined, { ...update, change: 'merged', record: lost })).toMatch(
      /^\[MERGED into another\] /,
    );
  });

  it('writes letters with marks without them', () => {
    expect(subjectOf([finding({ title: 'Zoë read 3 secrets — 日' })])).toContain('Zoe read 3 secrets ? ?');
  });
});

describe('the text of an email', () => {
  it('says of a rotation by its own name how to acknowledge it', () => {
    const { text } = formatEmail(incidentAnnouncement([finding()], { id: 'rotation-264bf44a3267331c' }));
    expect(text).toContain('secrets-audit incidents ack ROTATION-264BF4 --reason "..."');
  });

  it('names places by service or endpoint, and says what is not in the log', () => {
    const { text } = emailOf({
      secret: null,
      origins: [
        { service: 'cloudformation.amazonaws.com', count: 2 },
        { vpcEndpoint: 'vpce-0a1b', count: 1 },
      ],
      agents: [],
      firstSeen: null,
      lastSeen: null,
    });
    expect(text).toContain('From    cloudformation.amazonaws.com, vpce-0a1b\n');
    expect(text).toContain('With    not in the log\n');
    expect(text).toContain('Secret  several, or none by name\n');
    expect(text).toContain('no time ');
    expect(emailOf({ secret: null, actor: null, agents: [] }).text).toContain('Who     several\n');
    expect(emailOf({ secret: null, origins: [] }).text).toContain('From    not in the log\n');
  });

  it('keeps the layout of where it stands, also where a line is too long', () => {
    const facts = [
      'Would stop working:',
      `  sms-sender: ${'reads it often '.repeat(6).trim()}`,
      'Not known: why',
    ];
    const { text } = emailOf({ facts, actor: null, origins: [], agents: [] });
    expect(text).toContain(
      [
        'Would stop working:',
        '  sms-sender: reads it often reads it often reads it often reads it often',
        '  reads it often reads it often',
        '',
      ].join('\n'),
    );
    expect(text).toContain('NOT KNOWN\n- Why.\n');
    expect(text).not.toContain('GuardDuty');
  });

  it.each([
    ['user', 'aws iam update-access-key --user-name intruder --access-key-id KEY_ID'],
    ['role', 'aws iam put-role-policy --role-name intruder'],
    ['person', 'Sessions of user/intruder end in IAM Identity Center'],
  ])('has the command that revokes what a %s holds', (kind, command) => {
    const actor = { principal: `arn:aws:iam::${account}:user/intruder`, kind, account };
    expect(emailOf({ actor }).text).toContain(command);
    expect(emailOf({ actor: { ...actor, kind: 'service' } }).text).not.toContain('aws iam');
  });

  it('tells other things that are so in a line each, and what is settled as settled', () => {
    const state = { actor: null, origins: [], agents: [] };
    const { text } = formatEmail(
      incidentAnnouncement([
        finding({ ...state, id: 'a', title: 'the grace is over', severity: 'high' }),
        finding({ ...state, id: 'b', title: 'a version is stuck', severity: 'low' }),
        finding({ ...state, id: 'c', title: 'the key is due', severity: 'low', status: 'resolved' }),
      ]),
    );
    expect(text).toContain('Also: a version is stuck\nAlso: settled: the key is due\n');
  });

  it('has no command for what has no name, and none that is cut', () => {
    const { text } = emailOf({
      secret: { arn: null, name: 'x'.repeat(600), account, region: 'eu-west-1' },
      advice: `Look: aws s3 ls ${'y'.repeat(2000)}\nMake a new key, secrets-audit rotation stage SECRET, then go on.`,
    });
    expect(text).toContain('secrets-audit blast-radius SECRET LOGS');
    expect(text).not.toContain('\n     aws s3 ls');
    expect(text).toContain('Make a new key, secrets-audit rotation stage SECRET');
  });

  it('says who acknowledged and who snoozed it, where it is told all the same', () => {
    const said = { at: '2026-12-03T02:40:00.000Z', by: 'anika', reason: 'a drill' };
    const { text } = formatEmail(
      incidentAnnouncement(undefined, {
        record: {
          acknowledged: { ...said, word: 'acknowledge' },
          snoozed: { ...said, word: 'snooze', until: '2026-12-04T08:00:00.000Z' },
        },
      }),
    );
    expect(text.replaceAll('\n', ' ')).toContain(
      'It was acknowledged (anika, 03 Dec 2026 02:40:00 UTC): a drill. It was snoozed until 04 Dec 2026 08:00:00 UTC (anika',
    );
  });

  it('is a calm note where nothing holds any more, also where nobody said so', () => {
    const over = (status: 'resolved' | 'withdrawn', explanation: string) =>
      formatEmail(incidentAnnouncement([finding({ status, explanation })])).text;
    expect(over('resolved', '')).toContain('It is over: none of it is so any more.');
    expect(over('withdrawn', '')).toContain('It does not hold: what arrived later');
    expect(over('withdrawn', 'Usual after all.')).toContain('WHAT CHANGED\nUsual after all.\n');
  });

  it('tells what it has where no finding came along', () => {
    const { text } = formatEmail({ ...incidentAnnouncement(), findings: [] });
    expect(text).toContain('25 secrets read in 4 seconds by user/intruder');
  });
});

describe('an exception to propose', () => {
  const broken = (quote: string, overrides: Partial<Finding> = {}) =>
    incidentAnnouncement([
      finding({
        detector: 'outside-contract',
        explanation: `1 call. ${quote}`,
        owner: 'messaging',
        ...overrides,
      }),
    ]);
  const place =
    'clause "oncall" of sms/clockwork permits x; this was a read from 192.0.2.7, a network that it does not name.';

  it('is one that audit.yaml takes, once it has a reason and a network', () => {
    const snippet = (exceptionSnippet(broken(place)) ?? []).join('\n').replace('NETWORK', 'vpn');
    const settings = parseSettings(
      `version: 1
teams: {messaging: {email: messaging@example.com}}
networks: {vpn: {cidrs: [198.51.100.0/28]}}
secrets: [{match: {name: sms/clockwork}, allow: [{id: oncall, role: x, actions: [read], from: any}]}]
${snippet}`,
      'audit.yaml',
    );
    expect(settings.exceptions).toMatchObject([
      {
        secret: 'sms/clockwork',
        clause: 'oncall',
        from: ['vpn'],
        owner: 'messaging',
        until: '2026-03-09T00:00:00Z',
      },
    ]);
  });

  it('loosens hours where those were broken', () => {
    const hours = 'clause "a" of x permits y; this was a read on Sun at 03:00 UTC, outside these hours.';
    expect(parse((exceptionSnippet(broken(hours)) ?? []).join('\n')).exceptions).toMatchObject([
      { hours: 'any' },
    ]);
  });

  it('is none where no clause was broken, none can be loosened, or the names are too long to be one', () => {
    expect(exceptionSnippet(broken('No clause of x permits role y.'))).toBeUndefined();
    expect(
      exceptionSnippet(broken('clause "a" of x permits y; this was a change, which it does not permit.')),
    ).toBeUndefined();
    expect(exceptionSnippet(broken(place, { lastSeen: null }))).toBeUndefined();
    expect(exceptionSnippet(broken(place, { owner: 'x'.repeat(90) }))).toBeUndefined();
    expect(exceptionSnippet(incidentAnnouncement())).toBeUndefined();
  });
});

describe('a digest', () => {
  it('for an owner who has nothing to do says so', () => {
    const { subject, text } = formatEmail(
      digestAnnouncement({ because: 'owner', owner: 'data', sections: [] }),
    );
    expect(subject).toMatch(/^\[DIGEST\] for data, .*: nothing$/);
    expect(text).toContain('Nothing is to be looked after by data.');
  });
});
