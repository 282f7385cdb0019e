import { afterAll, describe, expect, it } from '@jest/globals';
import { backtestReportSchema } from '../../functions/core/model/backtest-report.ts';
import { at, type CloudTrailRecord, denied, readsOf, record, role, secretArn } from '../support/records.ts';
import { createFolder, jsonLines, type Outcome, run } from './command-line.ts';

/** A pipeline whose jobs are refused the same three secrets each day: a low finding by each of 46 roles. */
const noise: readonly CloudTrailRecord[] = Array.from({ length: 46 }, (_, job) =>
  ['a', 'b', 'c'].map((name, index) =>
    record({
      ...denied('GetSecretValue', secretArn(`app/${name}`)),
      eventTime: at(job * 3_600 + index * 60),
      userIdentity: role(`ci-${job}`, 'run'),
    }),
  ),
).flat();

/** On another day, with the credentials of one of these roles, somebody reads 25 secrets. */
const attackStart = 10 * 86_400;
const attack: readonly CloudTrailRecord[] = readsOf(25, 0).map((raw, index) => ({
  ...raw,
  eventTime: at(attackStart + Math.floor(index / 6)),
  userIdentity: role('ci-7', 'run'),
  sourceIPAddress: '198.51.100.77',
}));

const suppressing = (match: string, id = 'ci-noise') => `version: 1
suppressions:
  - id: ${id}
    match: ${match}
    owner: platform@example.com
    reason: jobs try secrets that they may not have
    until: 2026-12-31T00:00:00Z
`;
const broad = suppressing('{principal: "ci-*"}');
const narrow = suppressing('{principal: "ci-*", detector: denied-probing}');

const folder = createFolder({
  'log.jsonl': jsonLines([...noise, ...attack]),
  'quiet.jsonl': jsonLines(noise),
  'broad.yaml': broad,
  'narrow.yaml': narrow,
  'none.yaml': 'version: 1\n',
  'loose.yaml': 'version: 1\ndetectors: {mass-retrieval: {distinctSecrets: 100}}\n',
  'strict.yaml': 'version: 1\ndetectors: {denied-probing: {denials: 4}}\n',
  'wrong.yaml': 'version: 2\n',
});
const file = (name: string): string => `${folder.path}/${name}`;

const backtest = (log: string, ...flags: string[]): Promise<Outcome> =>
  run(['backtest', file(log), ...flags]);

afterAll(() => folder[Symbol.dispose]());

describe('a suppression that is too broad', () => {
  it('is told the one attack among 47 findings that it would hide', async () => {
    const { code, stdout, stderr } = await backtest('log.jsonl', '--settings', file('broad.yaml'));
    expect([code, stderr]).toEqual([1, '']);
    const lines = stdout.split('\n').map((line) => line.trim());
    expect(lines).toContain('Suppression ci-noise would have hidden 47 of 47 findings: 1 high, 46 low');
    expect(lines).toContain('[HIGH] 25 secrets read in 4 seconds by role/ci-7');
    expect(stdout.match(/\[HIGH\]/g)).toHaveLength(1);
    expect(stdout).toContain(String(attack[0]?.['eventID']));
  });

  it('and in JSON with all of its evidence', async () => {
    const { code, stdout } = await backtest(
      'log.jsonl',
      '--settings',
      file('broad.yaml'),
      '--format',
      'json',
    );
    expect(code).toBe(1);
    const report = backtestReportSchema.strict().parse(JSON.parse(stdout));
    expect(report).toMatchObject({ hidesSomething: true, against: null, failOn: 'high', missed: [] });
    const [suppression, ...others] = report.suppressions;
    expect(others).toEqual([]);
    expect(suppression?.hidden).toHaveLength(47);
    const grave = suppression?.hidden.filter(({ id }) => suppression.grave.includes(id));
    expect(grave?.map(({ evidence }) => evidence)).toEqual([attack.map((raw) => raw['eventID'])]);
  });

  it('passes where nothing but noise is hidden', async () => {
    for (const [log, ...flags] of [
      ['log.jsonl', '--settings', file('narrow.yaml')],
      ['quiet.jsonl', '--settings', file('broad.yaml')],
      ['log.jsonl', '--settings', file('broad.yaml'), '--fail-on', 'critical'],
    ] as const) {
      const { code, stdout } = await backtest(log, ...flags);
      expect([code, log, flags]).toEqual([0, log, flags]);
      expect(stdout).toMatch(/Nothing at (high or above|critical) would have been hidden/);
    }
    expect((await backtest('log.jsonl', '--settings', file('narrow.yaml'), '--fail-on', 'low')).code).toBe(1);
  });
});

describe('a change of settings', () => {
  it('fails where a finding is lost, when the old settings are given', async () => {
    const { code, stdout } = await backtest(
      'log.jsonl',
      '--settings',
      file('loose.yaml'),
      '--against',
      file('none.yaml'),
    );
    expect(code).toBe(1);
    expect(stdout).toContain('47 before, 46 after: 0 gained, 1 lost, 0 changed');
    expect(stdout).toMatch(/LOST {2}1 finding\n {2}high {7}2026-03-12 09:00 {2}25 secrets read in 4 seconds/);
  });

  it('only shows it against the built-in settings: tuning is what settings are for', async () => {
    const { code, stdout } = await backtest('log.jsonl', '--settings', file('loose.yaml'));
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toContain('1 finding at high or above is lost, or milder.');
  });

  it('does not fail again for what the old settings hold back already', async () => {
    const { code, stdout } = await backtest(
      'log.jsonl',
      '--settings',
      file('broad.yaml'),
      '--against',
      file('broad.yaml'),
    );
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      '1 of these at high or above, which the old settings hold back too',
    );
  });

  it('shows what is gained, too', async () => {
    const { code, stdout } = await backtest(
      'quiet.jsonl',
      '--settings',
      file('none.yaml'),
      '--against',
      file('strict.yaml'),
    );
    expect(code).toBe(0);
    expect(stdout).toContain('0 before, 46 after: 46 gained, 0 lost, 0 changed');
    expect(stdout).toContain('and 26 more; --format json has all');
  });
});

describe('what cannot be used', () => {
  it.each([
    ['no settings', ['log.jsonl']],
    ['settings with a fault', ['log.jsonl', '--settings', file('wrong.yaml')]],
    ['no settings file', ['log.jsonl', '--settings', file('nowhere.yaml')]],
    [
      'old settings with a fault',
      ['log.jsonl', '--settings', file('none.yaml'), '--against', file('wrong.yaml')],
    ],
    ['no log', ['nowhere.jsonl', '--settings', file('none.yaml')]],
    ['an unknown severity', ['log.jsonl', '--settings', file('none.yaml'), '--fail-on', 'grave']],
  ] as const)('%s: exit code 2, with the reason on standard error', async (_, [log, ...flags]) => {
    const { code, stderr } = await backtest(log, ...flags);
    expect(code).toBe(2);
    expect(stderr).not.toBe('');
    expect(stderr).not.toContain('please report this');
  });

  it('still compares what could be read', async () => {
    const { code, stdout, stderr } = await run([
      'backtest',
      file('log.jsonl'),
      folder.add('broken.json', '{"Records": ['),
      '--settings',
      file('broad.yaml'),
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('broken.json');
    expect(stdout).toContain('[HIGH] 25 secrets read in 4 seconds by role/ci-7');
    expect(stdout.replace(/\s+/g, ' ')).toContain('Incomplete: what could not be read');
  });
});
