import { expect, it } from '@jest/globals';
import { completenessLines, verdictTable } from '../../../functions/core/format/completeness-table.ts';
import type { Completeness } from '../../../functions/core/model/completeness.ts';
import type { CoveredPlace } from '../../../functions/core/model/coverage.ts';
import type { Verdict } from '../../../functions/core/model/verdict.ts';
import { account, otherAccount, region } from '../../support/records.ts';

const plain = { emphasise: (_: string, text: string) => text };

const place = (overrides: Partial<CoveredPlace> = {}): CoveredPlace => ({
  account,
  region,
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-11-30T23:59:59.000Z',
  records: 50_000,
  hours: 720,
  emptyHours: 0,
  gapsCanBeTold: 'always',
  gaps: [],
  ...overrides,
});

const verdict = (overrides: Partial<Verdict> = {}): Verdict => ({
  secret: { name: 'app/db', account, region },
  verdict: 'clean',
  because: '',
  doubts: [],
  findings: 0,
  gravest: null,
  reads: 1,
  readers: 1,
  lastRead: null,
  ...overrides,
});

const completeness = (overrides: Partial<Completeness> = {}): Completeness => ({
  coverage: { percent: 100, places: [place()] },
  missingCalls: [],
  digests: null,
  verdicts: [verdict()],
  readers: 148,
  people: 9,
  ...overrides,
});

const linesOf = (value: Completeness, options = {}): string[] =>
  completenessLines(value, { ...plain, ...options }).map(([label, text]) => `${label}: ${text}`);

it('whole evidence needs few words', () => {
  expect(linesOf(completeness())).toEqual([
    'Evidence: 100 % of hours',
    'Secrets: 1, 148 readers, 9 of them people',
  ]);
});

it('gaps are named, the longest first, with the names of accounts', () => {
  const between = (from: string, to: string, hours: number) => ({
    from,
    to,
    hours,
    kind: 'between' as const,
  });
  const value = completeness({
    coverage: {
      percent: 98.9,
      places: [
        place({
          gaps: [
            between('2026-11-03T01:00:00.000Z', '2026-11-03T02:00:00.000Z', 1),
            between('2026-11-14T02:00:00.000Z', '2026-11-14T10:00:00.000Z', 8),
            between('2026-11-20T22:00:00.000Z', '2026-11-21T00:00:00.000Z', 2),
          ],
        }),
        place({
          account: otherAccount,
          gaps: [
            { from: '2026-11-29T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z', hours: 48, kind: 'end' },
          ],
        }),
      ],
    },
  });
  expect(linesOf(value, { accountNames: new Map([[account, 'staging']]) })[0]).toBe(
    'Evidence: 98.9 % of hours; 444455556666 eu-west-1 ends 29 Nov 00:00, 48 hours before the rest; gap: staging eu-west-1, 14 Nov 02:00-10:00; gap: staging eu-west-1, 20 Nov 22:00 to 21 Nov 00:00 and 1 more',
  );
});

it('says where a gap cannot be told', () => {
  const quiet = place({ gapsCanBeTold: 'never', account: otherAccount });
  const of = (places: CoveredPlace[]) => linesOf(completeness({ coverage: { percent: 100, places } }))[1];
  expect(of([quiet])).toBe(': too quiet to tell a gap from an hour without activity');
  expect(of([place(), quiet])).toBe(': 1 of 2 places (account and Region) too quiet to tell a gap');
});

it('digests and missing calls', () => {
  const value = completeness({
    coverage: { percent: null, places: [] },
    digests: {
      digests: 24,
      from: null,
      to: null,
      signatures: { valid: 22, invalid: 1, unchecked: 1 },
      logFiles: { intact: 90, changed: 1, missing: 2, unlisted: 0 },
      faults: [
        {
          kind: 'bad-signature',
          account,
          region,
          from: '2026-11-03T01:00:00.000Z',
          to: '2026-11-03T02:00:00.000Z',
          files: [],
          count: 1,
          explanation: 'The signature does not fit.',
        },
      ],
      unchecked: [],
    },
    missingCalls: [
      {
        kind: 'rotation-without-start',
        secret: { name: 'app/db', account, region },
        time: '2026-11-03T01:00:00.000Z',
        eventIds: [],
        explanation: 'A rotation\u001b of app/db succeeded.',
      },
    ],
  });
  expect(linesOf(value).slice(0, 3)).toEqual([
    'Evidence: not known',
    'Digests: 24 digests; log files: 90 intact, 1 changed, 2 missing; signatures: 22 valid, 1 invalid, 1 not checked. 111122223333 eu-west-1, 03 Nov 01:00-02:00: The signature does not fit.',
    'Missing: 1 time a secret changed or was used without the call that causes it: A rotation<U+001B> of app/db succeeded.',
  ]);
});

it('verdicts are counted, with what they mean', () => {
  const unknown = (...doubts: Verdict['doubts']) => verdict({ verdict: 'cannot know', doubts });
  const value = completeness({
    verdicts: [
      ...Array.from({ length: 171 }, () => verdict()),
      ...Array.from({ length: 6 }, () => verdict({ verdict: 'findings' })),
      ...Array.from({ length: 33 }, () => unknown('history')),
      unknown('gap'),
      unknown('history', 'gap'),
    ],
  });
  expect(verdictTable(value, plain)).toMatchInlineSnapshot(`
" VERDICT      SECRETS  MEANS
 clean            171  nothing found, and nothing known to be missing
 findings           6  see below
 cannot know       35  too little history (34), gap in the evidence (2)"
`);
  expect(verdictTable(completeness({ verdicts: [unknown('history')] }), plain)).toMatch(
    /1 {2}too little history$/,
  );
  expect(verdictTable(completeness({ verdicts: [] }), plain)).toBe('');
});
