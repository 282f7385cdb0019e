import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { formatSarif } from '../../../functions/core/format/sarif.ts';
import { type AuditReport, auditReportSchema } from '../../../functions/core/model/audit-report.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import { arbitraryFinding } from '../../support/arbitrary-findings.ts';
import { finding, hostile } from '../../support/findings.ts';
import { publishedSchema } from '../../support/schemas/published.ts';

const sarifErrors = publishedSchema('sarif-2.1.0.json');

const report = (findings: readonly Finding[], overrides: Partial<AuditReport> = {}): AuditReport =>
  auditReportSchema.parse({
    schemaVersion: '1.0',
    summary: { files: 1, records: 30, secretEvents: 25, duplicates: 0, unreadable: [], from: null, to: null },
    findings,
    incidents: [],
    completeness: {
      coverage: { percent: null, places: [] },
      missingCalls: [],
      digests: null,
      verdicts: [],
      readers: 1,
      people: 0,
    },
    ...overrides,
  });

function runOf(findings: readonly Finding[], overrides: Partial<AuditReport> = {}) {
  const log = formatSarif(report(findings, overrides), { version: '0.1.0' });
  expect(sarifErrors(log)).toEqual([]);
  const [run] = log.runs;
  if (!run) throw new Error('no run');
  return run;
}

const resultOf = (overrides: Partial<Finding>) => runOf([finding(overrides)]).results?.[0];

describe('the schema', () => {
  it.each([
    ['another version', { version: '2.0.0' }],
    ['no runs', { runs: undefined }],
    ['an unknown property', { findings: [] }],
    [
      'an unknown level',
      {
        runs: [
          {
            tool: { driver: { name: 'x' } },
            results: [{ message: { text: 'x' }, level: 'critical' }],
          },
        ],
      },
    ],
  ])('refuses %s', (_, wrong) => {
    expect(sarifErrors({ ...formatSarif(report([]), { version: '0.1.0' }), ...wrong })).not.toEqual([]);
  });
});

test('a report as SARIF', () => {
  expect(runOf([finding({ owner: 'messaging', incident: 'inc-1', evidence: ['e1'] })])).toMatchSnapshot();
});

test('without findings it is valid, and says that nothing was found', () => {
  expect(runOf([])).toMatchObject({ results: [], tool: { driver: { rules: [] } } });
});

test('any findings are valid, each with a file and a fingerprint, as GitHub asks', () => {
  fc.assert(
    fc.property(fc.array(arbitraryFinding, { maxLength: 4 }), (any) => {
      const { results = [], tool } = runOf(any);
      expect(results).toHaveLength(any.filter(({ status }) => status === 'open').length);
      for (const { ruleId, ruleIndex = -1, locations, partialFingerprints } of results) {
        expect(tool.driver.rules?.[ruleIndex]?.id).toBe(ruleId);
        expect(locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe('audit.yaml');
        expect(partialFingerprints?.['primaryLocationLineHash']).toBeTruthy();
      }
    }),
    { numRuns: 50 },
  );
});

it.each([
  ['info', 'note'],
  ['low', 'note'],
  ['medium', 'warning'],
  ['high', 'error'],
  ['critical', 'error'],
] as const)('%s is level %s', (severity, level) => {
  expect(resultOf({ severity })?.level).toBe(level);
});

it('a rule is as grave as its gravest result, and says what the detector says of itself', () => {
  const { tool } = runOf([finding({ id: 'a', severity: 'low' }), finding({ id: 'b', severity: 'critical' })]);
  expect(tool.driver.rules).toEqual([
    expect.objectContaining({
      id: 'mass-retrieval',
      help: { text: expect.stringContaining('KNOWN BENIGN CAUSES') },
      defaultConfiguration: { level: 'error' },
      properties: { tags: ['security', 'T1555.006'], 'security-severity': '9.5' },
    }),
  ]);
});

it('a check is a rule too; what is neither has an id alone', () => {
  const { tool } = runOf([
    finding({ detector: 'rotation-due' }),
    finding({ detector: 'expired-suppression' }),
  ]);
  expect(tool.driver.rules?.map(({ id, help }) => [id, help !== undefined])).toEqual([
    ['expired-suppression', false],
    ['rotation-due', true],
  ]);
});

it('what is suppressed says so; what no longer holds is left out', () => {
  const suppressed = { id: 'known', owner: 'messaging', until: '2026-12-31T00:00:00Z' };
  expect(resultOf({ suppressed })?.suppressions).toEqual([
    {
      kind: 'external',
      status: 'accepted',
      justification: 'Suppression known of messaging, until 2026-12-31T00:00:00Z',
    },
  ]);
  expect(resultOf({})?.suppressions).toEqual([]);
  expect(runOf([finding({ status: 'withdrawn' }), finding({ status: 'resolved' })]).results).toEqual([]);
});

it('text of a log makes no link, no placeholder and no line', () => {
  const text = resultOf({ title: `${hostile}[a](https://example.com) {0}`, explanation: '{1} [b](1)' })
    ?.message.text;
  expect(text).not.toMatch(/(?<!\\)[[\]]/);
  expect(text).toContain('{{1}} \\[b\\](1)');
  expect(text).not.toContain('\u001b');
  expect(text?.length).toBeLessThan(4_100);
});

it('tells what could not be read or known', () => {
  const { completeness, summary } = report([]);
  const verdict = {
    secret: { name: 'a', account: '111122223333', region: 'eu-west-1' },
    verdict: 'cannot know' as const,
    findings: 0,
    gravest: null,
    because: 'a gap',
    doubts: ['gap' as const],
    reads: 0,
    readers: 0,
    lastRead: null,
  };
  const { invocations } = runOf([], {
    summary: { ...summary, unreadable: [{ path: 'a.json', reason: 'no JSON' }] },
    completeness: { ...completeness, verdicts: [verdict] },
  });
  expect(invocations).toEqual([
    {
      executionSuccessful: false,
      toolExecutionNotifications: [
        { level: 'error', message: { text: 'a.json: no JSON' } },
        { level: 'warning', message: { text: 'Of 1 secret nobody can say that nothing happened.' } },
      ],
    },
  ]);
});
