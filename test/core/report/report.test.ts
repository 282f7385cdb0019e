import { describe, expect, it } from '@jest/globals';
import { completenessOf } from '../../../functions/core/completeness/completeness.ts';
import { createContracts } from '../../../functions/core/contracts/contracts.ts';
import { listedValuesIn } from '../../../functions/core/contracts/inventory.ts';
import type { AccessEvent } from '../../../functions/core/model/access-event.ts';
import { reportSchema } from '../../../functions/core/model/report.ts';
import { parseSettings } from '../../../functions/core/model/settings.ts';
import { normaliseCloudTrail } from '../../../functions/core/normalise/cloudtrail.ts';
import { logReport } from '../../../functions/core/report/log-report.ts';
import { tallyReads } from '../../../functions/core/report/read-tallies.ts';
import { changesSince, summaryOf } from '../../../functions/core/report/report-changes.ts';
import { rotationAges, valueChanges } from '../../../functions/core/report/rotation-ages.ts';
import { finding } from '../../support/findings.ts';
import {
  account,
  at,
  event,
  person,
  region,
  role,
  rotationEvent,
  secretArn,
  start,
  user,
} from '../../support/records.ts';
import { report } from '../../support/reports.ts';

const dayMs = 86_400_000;
const settingsOf = (values: object) => parseSettings(JSON.stringify({ version: 1, ...values }), 'audit.yaml');

describe('reads', () => {
  const events = [
    event({ eventTime: at(0) }),
    event({ eventTime: at(3600) }),
    event({ eventTime: at(2 * 86_400), userIdentity: person('OnCall', 'mara@example.com') }),
    event({ eventTime: at(5), errorCode: 'AccessDenied' }),
  ];

  it('are counted by secret and identity, without refused ones', () => {
    expect(
      tallyReads(events).access.map(({ principal, reads, days, first, last }) => [
        principal.split('/').at(-1),
        reads,
        days,
        first,
        last,
      ]),
    ).toEqual([
      ['anika', 2, 1, '2026-03-02', '2026-03-02'],
      ['mara@example.com', 1, 1, '2026-03-04', '2026-03-04'],
    ]);
  });

  it('are counted by hour of the week, and by day with the quiet ones', () => {
    const { hours, days } = tallyReads(events).activity;
    expect(hours).toEqual([
      { weekday: 0, hour: 9, count: 1 },
      { weekday: 0, hour: 10, count: 1 },
      { weekday: 2, hour: 9, count: 1 },
    ]);
    expect(days).toEqual([
      { day: '2026-03-02', count: 2, people: 0 },
      { day: '2026-03-03', count: 0, people: 0 },
      { day: '2026-03-04', count: 1, people: 1 },
    ]);
    expect(tallyReads([]).activity).toEqual({ counts: 'reads', hours: [], days: [] });
  });
});

describe('ages', () => {
  const secret = { name: 'app/db', account, region, arn: null };
  const age = (
    values: object,
    events: readonly AccessEvent[],
    { now = start + 100 * dayMs, unchangedSince = undefined as number | undefined } = {},
  ) =>
    rotationAges({
      secrets: [secret],
      changes: valueChanges(events),
      unchangedSince: () => unchangedSince,
      contractOf: createContracts(settingsOf(values)).of,
      now,
    })[0];
  const put = event({
    eventName: 'PutSecretValue',
    requestParameters: { secretId: 'app/db' },
    responseElements: { versionId: 'v1' },
  });

  it('are of the last change, against 90 days', () => {
    expect(age({}, [put])).toMatchObject({
      ageDays: 100,
      everyDays: 90,
      by: 'log',
      standing: 'overdue',
      because: 'Was due on 31 May 2026.',
    });
    expect(age({}, [put], { now: start + 80 * dayMs })?.standing).toBe('due soon');
    expect(age({}, [put], { now: start + 20 * dayMs })?.standing).toBe('within policy');
    expect(age({}, [put], { now: start - dayMs })?.ageDays).toBe(0);
  });

  it('are against what the settings say', () => {
    const every = { secrets: [{ match: { name: 'app/db' }, rotation: { every: '180d' } }] };
    expect(age(every, [put])).toMatchObject({ everyDays: 180, standing: 'within policy' });
    const any = { secrets: [{ match: { name: 'app/db' }, posture: { rotation: false } }] };
    expect(age(any, [put])).toMatchObject({ everyDays: null, standing: 'no policy' });
    const decoy = { secrets: [{ match: { name: 'app/db' }, decoy: true }] };
    expect(age(decoy, [])).toMatchObject({ everyDays: null, standing: 'no policy', changed: null });
  });

  it('a rotation is a change', () => {
    const rotated = normaliseCloudTrail(rotationEvent('RotationSucceeded', 'app/db', { eventTime: at(60) }));
    expect(age({}, rotated ? [put, rotated] : [])?.changed).toBe('2026-03-02T09:00:00.000Z');
    expect(age({}, rotated ? [rotated] : [])?.changed).toBe('2026-03-02T09:01:00.000Z');
  });

  it('are not known where nothing changed, unless that alone is too long', () => {
    expect(age({}, [])?.standing).toBe('not known');
    expect(age({}, [], { unchangedSince: start + 50 * dayMs })).toMatchObject({
      standing: 'not known',
      ageDays: null,
      because: 'No change of its value since 21 Apr 2026, where the evidence begins.',
    });
    expect(age({}, [], { unchangedSince: start })?.standing).toBe('overdue');
  });

  it('come from a list of secrets too, whichever version of the command line wrote it', () => {
    const entry = { ARN: secretArn('app/db'), Name: 'app/db' };
    const listed = (dates: object) => [...listedValuesIn({ SecretList: [{ ...entry, ...dates }] }).values()];
    expect(listed({})).toEqual([null]);
    expect(listed({ CreatedDate: '2026-01-02T03:04:05+00:00' })).toEqual([
      Date.parse('2026-01-02T03:04:05Z'),
    ]);
    expect(listed({ CreatedDate: 1_767_323_045, LastRotatedDate: new Date(1_800_000_000_000) })).toEqual([
      1_800_000_000_000,
    ]);
    expect(listed({ CreatedDate: 'yesterday' })).toEqual([null]);
  });
});

describe('a report of log files', () => {
  const events = [
    event({ userIdentity: role('app', 'i-1') }),
    event({ userIdentity: user('anika'), eventTime: at(9) }),
    event({ requestParameters: { secretId: 'app/other' } }),
  ];
  const settings = settingsOf({
    accounts: { prod: account },
    secrets: [
      {
        match: { name: 'app/db' },
        owner: 'payments@example.com',
        allow: [{ id: 'oncall', permissionSet: 'OnCall', actions: ['read'], from: ['office'] }],
      },
    ],
    suppressions: [
      {
        id: 'later',
        match: { detector: 'mass-retrieval' },
        owner: 'platform@example.com',
        reason: 'known',
        until: '2026-12-01T00:00:00+01:00',
      },
    ],
    networks: { office: { cidrs: ['198.51.100.0/24'] } },
    exceptions: [
      {
        secret: 'app/*',
        clause: 'oncall',
        for: 'mara',
        from: ['office'],
        hours: 'any',
        owner: 'platform@example.com',
        reason: 'abroad',
        until: '2026-03-20T00:00:00Z',
      },
    ],
  });
  const made = (options: object = {}) => {
    const contracts = createContracts(settings);
    const findings = [
      finding({
        secret: { arn: null, name: 'app/db', account, region },
        suppressed: { id: 'later', owner: 'platform@example.com', until: '2026-12-01T00:00:00+01:00' },
      }),
      finding({ id: 'gone', status: 'withdrawn' }),
    ];
    const coverage = { percent: 100, places: [] };
    return logReport({
      audit: {
        schemaVersion: '1.0',
        summary: {
          files: 1,
          records: 2,
          secretEvents: 2,
          duplicates: 0,
          unreadable: [],
          from: '2026-03-02T09:00:00.000Z',
          to: '2026-03-02T09:00:09.000Z',
        },
        findings,
        incidents: [],
        completeness: completenessOf({
          events,
          findings,
          coverage,
          digests: null,
          historyShort: () => false,
          permitted: () => false,
        }),
      },
      events,
      settings,
      contracts,
      now: start + 30 * dayMs,
      ...options,
    });
  };

  it('has what its schema says, of open findings alone', () => {
    const value = made();
    expect(reportSchema.strict().parse(value)).toEqual(value);
    expect(value.findings.length).toBe(1);
    expect(value.secrets).toMatchObject([
      {
        owner: 'payments@example.com',
        verdict: 'findings',
        findings: 1,
        gravest: 'high',
        contract: 'clauses',
      },
      { secret: { name: 'app/other' }, verdict: 'clean', owner: null, gravest: null },
    ]);
    expect(value.asOf).toBe('2026-03-02T09:00:09.000Z');
    expect(value.permittedUntil).toMatchObject([
      {
        kind: 'exception',
        id: 'oncall',
        about: 'secret app/*, for mara, from office, hours any',
        hasEnded: true,
        findings: null,
      },
      { kind: 'suppression', until: '2026-11-30T23:00:00.000Z', hasEnded: false, findings: 1 },
    ]);
    expect(value.cannotKnow.join(' ')).toContain('no list of secrets was given');
  });

  it('knows of listed secrets that no record names, and how old values are', () => {
    const value = made({
      listed: new Map([
        [`${account}:${region}:app/db`, start - 10 * dayMs],
        [`${account}:${region}:quiet`, null],
      ]),
    });
    expect(value.cannotKnow.join(' ')).toContain('1 secret of the list that no record names');
    expect(value.rotation).toMatchObject([
      { by: 'inventory', ageDays: 10 },
      { by: null, ageDays: null, standing: 'not known' },
    ]);
  });

  it('is compared with the one before', () => {
    const before = summaryOf(made());
    expect(made({ before }).changes).toMatchObject({ verdicts: [], begun: [], ended: [], rotated: [] });
    expect(made().changes).toBeNull();
  });
});

describe('changes', () => {
  it('of rotation count only where they are surely new', () => {
    const changedAt = (changed: string | null) =>
      report({ rotation: report().rotation.map((row) => ({ ...row, changed })) });
    const now = changedAt('2026-03-07T00:00:00.000Z');
    const before = (changed: string | null, generatedAt = '2026-03-01T00:00:00.000Z') => ({
      ...summaryOf(changedAt(changed)),
      generatedAt,
    });
    const rotated = (...of: Parameters<typeof before>) => changesSince(before(...of), now).rotated.length;
    expect(rotated('2026-01-01T00:00:00.000Z')).toBe(1);
    expect(rotated('2026-03-07T00:00:00.000Z')).toBe(0);
    expect(rotated(null)).toBe(1);
    expect(rotated(null, '2026-03-08T00:00:00.000Z')).toBe(0);
  });

  it('an incident that stands no more within the time is said to hold no longer', () => {
    const before = {
      ...summaryOf(report()),
      incidents: [{ id: 'x', severity: 'medium' as const, title: 't', lastSeen: '2026-03-03T00:00:00.000Z' }],
    };
    expect(changesSince(before, report()).ended[0]?.because).toContain('no longer holds');
  });
});
