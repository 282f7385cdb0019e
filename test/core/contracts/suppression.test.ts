import { describe, expect, it } from '@jest/globals';
import { expiredSuppressions, suppressionOf } from '../../../functions/core/contracts/suppression.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import { account, region } from '../../support/records.ts';
import { settingsOf } from './settings-of.ts';

const finding = (overrides: Partial<Finding> = {}): Finding => ({
  id: 'f',
  revision: 1,
  status: 'open',
  incident: null,
  detector: 'mass-retrieval',
  severity: 'high',
  title: '',
  explanation: '',
  secret: { arn: null, name: 'sms/clockwork', account, region },
  actor: { principal: `arn:aws:iam::${account}:role/teams/external-secrets`, kind: 'role', account },
  firstSeen: '2026-12-01T00:00:00.000Z',
  lastSeen: '2026-12-02T00:00:00.000Z',
  count: 3,
  evidence: ['a', 'b', 'c'],
  origins: [{ ip: '198.51.100.3', count: 3 }],
  agents: [],
  owner: null,
  impact: null,
  suppressed: null,
  links: { console: null, docs: '' },
  attack: [],
  advice: '',
  ...overrides,
});
const made = (match: string, until = '2026-12-02T00:00:00Z') =>
  settingsOf(`suppressions: [{id: s, match: ${match}, owner: platform, reason: known, until: ${until}}]`);
const isSuppressed = (match: string, overrides: Partial<Finding> = {}, until?: string): boolean => {
  const { suppressions, networks } = made(match, until);
  return suppressionOf(finding(overrides), suppressions, networks) !== undefined;
};

describe('what it matches', () => {
  const far = '2030-01-01T00:00:00Z';

  it.each<[string, Partial<Finding>, boolean]>([
    ['{detector: mass-retrieval}', {}, true],
    ['{detector: mass-retrieval}', { detector: 'root-access' }, false],
    ['{secret: "sms/*"}', {}, true],
    ['{secret: sms}', {}, false],
    ['{secret: "*"}', { secret: null }, false],
    ['{principal: external-secrets}', {}, true],
    ['{principal: "arn:aws:iam::*:role/teams/*"}', {}, true],
    ['{principal: external}', {}, false],
    ['{principal: "*"}', { actor: null }, false],
    ['{network: vpn}', {}, true],
    ['{network: prod-nat}', {}, false],
    ['{detector: mass-retrieval, secret: other}', {}, false],
    ['{detector: mass-retrieval, secret: "sms/*", principal: "external-*", network: vpn}', {}, true],
  ])('%s and %j: %s', (match, overrides, expected) => {
    expect(isSuppressed(match, overrides, far)).toBe(expected);
  });

  it('a network, only where all calls are known to come from it', () => {
    const origin = { ip: '198.51.100.3', count: 3 };
    expect(
      isSuppressed(
        '{network: vpn}',
        { origins: [origin, { ip: '192.0.2.1', count: 1 }], count: 4, evidence: ['a', 'b', 'c', 'd'] },
        far,
      ),
    ).toBe(false);
    expect(isSuppressed('{network: vpn}', { count: 4 }, far)).toBe(false);
    expect(isSuppressed('{network: vpn}', { origins: [] }, far)).toBe(false);
    expect(isSuppressed('{network: vpn}', { origins: [{ ip: '198.51.100.3', count: 2 }] }, far)).toBe(false);
  });
});

describe('how long it holds', () => {
  const match = '{detector: mass-retrieval}';

  it('up to its last moment, by the last event of the finding', () => {
    expect(isSuppressed(match)).toBe(true);
    expect(isSuppressed(match, { lastSeen: '2026-12-02T00:00:00.001Z' })).toBe(false);
    expect(isSuppressed(match, { lastSeen: null })).toBe(true);
    expect(isSuppressed(match, { lastSeen: null, firstSeen: null })).toBe(true);
    expect(isSuppressed(match, {}, '2026-12-02T01:00:00+01:00')).toBe(true);
    expect(isSuppressed(match, {}, '2026-12-02T00:59:59+01:00')).toBe(false);
  });

  it('the first that holds is named', () => {
    const { suppressions, networks } = settingsOf(`suppressions:
  - {id: over, match: ${match}, owner: platform, reason: a, until: 2026-01-01T00:00:00Z}
  - {id: first, match: ${match}, owner: platform, reason: a, until: 2027-01-01T00:00:00Z}
  - {id: second, match: ${match}, owner: platform, reason: a, until: 2028-01-01T00:00:00Z}
`);
    expect(suppressionOf(finding(), suppressions, networks)?.id).toBe('first');
  });
});

describe('an expired suppression', () => {
  const expired = (now: string, findings: readonly Finding[]) => {
    const { suppressions, networks } = made('{secret: "sms/*"}');
    return expiredSuppressions(findings, suppressions, Date.parse(now), networks);
  };
  const later = finding({ id: 'later', lastSeen: '2026-12-03T00:00:00.000Z' });

  it('is told with the findings that go on', () => {
    const other = finding({ secret: null, lastSeen: '2026-12-03T00:00:00.000Z' });
    expect(expired('2026-12-04T00:00:00Z', [finding(), later, other])).toMatchObject([
      { suppression: { id: 's' }, findings: [{ id: 'later' }] },
    ]);
  });

  it('not before its end, nor where nothing came after it', () => {
    expect(expired('2026-12-02T00:00:00Z', [later])).toEqual([]);
    expect(
      expired('2026-12-04T00:00:00Z', [finding(), finding({ firstSeen: null, lastSeen: null })]),
    ).toEqual([]);
  });
});
