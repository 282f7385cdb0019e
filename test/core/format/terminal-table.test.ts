import { describe, expect, it } from '@jest/globals';
import { createCoverage } from '../../../functions/core/completeness/coverage.ts';
import type { TerminalTableOptions } from '../../../functions/core/format/terminal-options.ts';
import { terminalTable } from '../../../functions/core/format/terminal-table.ts';
import type { AuditReport } from '../../../functions/core/model/audit-report.ts';
import { finding, hostile } from '../../support/findings.ts';

const report = (
  overrides: Partial<AuditReport> = {},
  summary: Partial<AuditReport['summary']> = {},
): AuditReport => ({
  schemaVersion: '1.0',
  summary: {
    files: 1,
    records: 30,
    secretEvents: 25,
    duplicates: 0,
    unreadable: [],
    from: '2026-03-02T09:00:00.000Z',
    to: '2026-03-02T09:00:04.000Z',
    ...summary,
  },
  findings: [],
  incidents: [],
  completeness: {
    coverage: createCoverage().report(),
    missingCalls: [],
    digests: null,
    verdicts: [],
    readers: 1,
    people: 0,
  },
  ...overrides,
});

const plain = (shown: AuditReport, options: Partial<TerminalTableOptions> = {}): string =>
  terminalTable(shown, { columns: 80, emphasise: (_, text) => text, failOn: 'high', ignored: 0, ...options });

it('reads like this', () => {
  expect(plain(report({ findings: [finding()] }), { ignored: 2 })).toMatchInlineSnapshot(`
"Coverage  1 file, 30 records, 25 about secrets, 0 duplicates, 2 files of other
          kinds ignored
Period    02 Mar 2026 09:00:00 UTC to 02 Mar 2026 09:00:04 UTC
Evidence  not known
Secrets   0, 1 reader, 0 of them people
Verdict   1 finding: 1 high. 1 at high or above (--fail-on high).

SEVERITY  FIRST SEEN  SECRET         WHO            WHAT
high      2026-03-02  sms/clockwork  user/intruder  25 secrets read in 4 seconds
          09:00:00

HIGH  25 secrets read in 4 seconds by user/intruder
  Why       25 different secrets in 4 seconds; the limit is 20 within 6 minutes.
  Secret    arn:aws:secretsmanager:eu-west-1:111122223333:secret:sms/clockwork-A
            bCd12
  Who       arn:aws:iam::111122223333:user/intruder
  From      198.51.100.7 (24), vpce-0a1b2c3d (1), by aws-cli (25)
  When      02 Mar 2026 09:00:00 UTC to 02 Mar 2026 09:00:04 UTC, 25 events
  Do        1. Ask the owner of the identity whether this was planned.
            2. If not: revoke its sessions and credentials, then rotate the
            secrets that were read, those in use outside AWS first.
            3. Look at what else the identity did in the hour before.
  Rule      mass-retrieval (docs/detectors/mass-retrieval.md), T1555.006
  Evidence  e0000000-0000-4000-8000-000000000000,
            e0000000-0000-4000-8000-000000000001,
            e0000000-0000-4000-8000-000000000002 and 22 more
"
`);
});

describe.each([60, 80, 100, 140])('at %i columns', (columns) => {
  it('no line is longer, whatever the text', () => {
    const findings = [
      finding({
        title: hostile,
        explanation: hostile,
        advice: hostile,
        actor: { principal: hostile, kind: 'user', account: 'x'.repeat(200) },
        secret: { arn: null, name: hostile, account: hostile, region: hostile },
        evidence: [hostile, '日本'.repeat(90)],
        origins: [{ ip: hostile, count: 1 }],
        agents: [{ family: hostile, raw: hostile, count: 1 }],
      }),
    ];
    const text = plain(report({ findings }), { columns });
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(columns);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(text).toContain('<U+001B>');
  });
});

it('a terminal of unknown or silly width still gets a table', () => {
  for (const columns of [0, 1, 100_000]) {
    const width = Math.max(
      ...plain(report({ findings: [finding()] }), { columns })
        .split('\n')
        .map(({ length }) => length),
    );
    expect(width).toBeLessThanOrEqual(140);
  }
});

it('details begin at medium; milder findings are a row', () => {
  const findings = [
    finding({ id: 'a', severity: 'medium', title: 'a medium one' }),
    finding({ id: 'b', severity: 'low', title: 'a low one' }),
  ];
  const text = plain(report({ findings }));
  expect(text.match(/a medium one/g)).toHaveLength(2);
  expect(text.match(/a low one/g)).toHaveLength(1);
  expect(text).toContain('2 findings: 1 medium, 1 low. None at high or above (--fail-on high).');
});

it('says what is emphasised how', () => {
  const seen = new Map<string, string[]>();
  terminalTable(report({ findings: [finding({ severity: 'critical' })] }), {
    columns: 80,
    failOn: 'critical',
    ignored: 0,
    emphasise(emphasis, text) {
      seen.set(emphasis, [...(seen.get(emphasis) ?? []), text]);
      return text;
    },
  });
  expect(seen.get('critical')).toEqual(['1 critical', 'critical', 'CRITICAL']);
  expect([...seen.keys()].sort()).toEqual(['critical', 'heading', 'quiet']);
});

it('several secrets and identities, and a time that is not known', () => {
  const text = plain(
    report({ findings: [finding({ secret: null, actor: null, firstSeen: null, lastSeen: null, count: 1 })] }),
  );
  expect(text).toMatch(/^high +unknown +- +several +25 secrets read/m);
  expect(text).not.toMatch(/^ {2}Secret/m);
  expect(text).toMatch(/^ {2}Who +several$/m);
  expect(text).toMatch(/^ {2}When +at an unknown time, 1 event$/m);
});

describe('without findings', () => {
  const verdictOf = (text: string): string =>
    text
      .slice(text.indexOf('Verdict') + 10)
      .replace(/\s+/g, ' ')
      .trim();

  it('good news, where there was something to judge and all was read', () => {
    const emphasised: string[] = [];
    plain(report(), {
      emphasise: (emphasis, text) => {
        if (emphasis === 'good') emphasised.push(text);
        return text;
      },
    });
    expect(emphasised).toEqual(['No findings in 25 events about secrets.']);
  });

  it('neither good nor bad, where there was nothing to judge', () => {
    expect(verdictOf(plain(report({}, { secretEvents: 0, from: null, to: null })))).toBe(
      'Nothing to judge: no event about a secret is in what was read.',
    );
  });

  it('incomplete, where something could not be read', () => {
    const text = plain(report({}, { unreadable: [{ path: 'a', reason: 'empty' }] }));
    expect(text).toContain('1 unreadable');
    expect(verdictOf(text)).toBe(
      'No findings in 25 events about secrets. Incomplete: what could not be read is listed on standard error and may hold more.',
    );
  });
});

it('one table for many findings, and a hostile name neither fills the screen nor takes minutes', () => {
  const mild = Array.from({ length: 250 }, (_, index) => finding({ id: `${index}`, severity: 'low' }));
  const named = finding({ secret: { arn: null, name: 'x'.repeat(100_000), account: '1', region: 'r' } });
  const text = plain(report({ findings: [named, ...mild] }));
  expect(text.match(/^low /gm)).toHaveLength(250);
  expect(text.match(/SEVERITY/g)).toHaveLength(1);
  expect(text.match(/x/g)?.length).toBeLessThan(1000);
});
