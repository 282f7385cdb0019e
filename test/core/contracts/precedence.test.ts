import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SecretRef } from '../../../functions/core/model/access-event.ts';
import { secretKey } from '../../../functions/core/model/access-event.ts';
import { account, otherAccount } from '../../support/records.ts';
import { contractsOf, settingsOf } from './settings-of.ts';

const secret = (name = 'prod/db/main', overrides: Partial<SecretRef> = {}): SecretRef => ({
  name,
  account,
  region: 'eu-west-1',
  arn: null,
  ...overrides,
});
const inventory = (tags: Record<string, string>, of = secret()) => new Map([[secretKey(of), { tags }]]);

/** From the least specific to the most. */
const ladder = [
  '{region: eu-west-1}',
  '{tag: {env: prod}}',
  '{tag: {env: prod, tier: db}}',
  '{account: prod}',
  '{account: prod, tag: {env: prod}}',
  '{name: "*/main"}',
  '{name: "*/db/main"}',
  '{name: "prod/*"}',
  '{name: "prod/*", region: eu-west-1}',
  '{name: "prod/*", account: prod}',
  '{name: "prod/*/main"}',
  '{name: "prod/db*"}',
  '{name: ["x/*", "prod/db/*"]}',
  '{name: prod/db/main}',
  '{name: prod/db/main, account: prod}',
];

it('the most specific entry wins, in whatever order they stand', () => {
  const tags = { env: 'prod', tier: 'db' };
  fc.assert(
    fc.property(fc.shuffledSubarray([...ladder.keys()], { minLength: 2 }), (drawn) => {
      const text = drawn.map((rung) => `  - {match: ${ladder[rung]}, impact: "${rung}"}`).join('\n');
      const { impact } = contractsOf(`secrets:\n${text}\n`, inventory(tags)).of(secret());
      expect(impact).toBe(String(Math.max(...drawn)));
    }),
    { seed: 4, numRuns: 150 },
  );
});

it('of equals the later wins', () => {
  const applied = contractsOf(
    'secrets: [{match: {name: "prod/*"}, impact: a}, {match: {name: "prod/*"}, impact: b}]',
  ).of(secret());
  expect(applied).toMatchObject({ impact: 'b', by: { impact: { kind: 'entry', index: 1 } } });
});

it('one entry is the contract as a whole; other keys fall back, each for itself', () => {
  const applied = contractsOf(`
mode: announce
defaults: {mode: observe, rotation: {every: 180d}, posture: {every: 90d}}
secrets:
  - match: {name: "*"}
    owner: platform
    impact: something
    allow: [{id: wide, role: "*", actions: any, from: any}]
  - match: {name: "prod/*"}
    owner: messaging
    allow: [{id: a, role: a, actions: [read], from: any}]
  - match: {name: prod/db/main}
    rotation: {provider: clockwork, every: 30d}
`).of(secret());
  expect(applied).toMatchObject({
    basis: 'clauses',
    clauses: [{ id: 'a' }],
    owner: 'messaging',
    impact: 'something',
    mode: 'observe',
    rotation: { provider: 'clockwork', every: '30d' },
    posture: { every: '90d' },
    isDecoy: false,
    by: {
      basis: { kind: 'entry', index: 1 },
      owner: { kind: 'entry', index: 1 },
      impact: { kind: 'entry', index: 0 },
      mode: { kind: 'defaults' },
      rotation: { kind: 'entry', index: 2 },
      posture: { kind: 'defaults' },
    },
  });
  expect(applied.entries.map(({ index }) => index)).toEqual([2, 1, 0]);
});

it('what nothing says of a secret', () => {
  expect(contractsOf('').of(secret())).toEqual({
    basis: 'history',
    clauses: [],
    isDecoy: false,
    mode: 'announce',
    by: { basis: { kind: 'defaults' }, mode: { kind: 'suite' } },
    entries: [],
  });
});

describe('a decoy', () => {
  const of = (text: string, name: string) => contractsOf(text).isDecoy(secret(name));
  const decoys =
    'secrets: [{match: {name: "prod/*"}, decoy: true}, {match: {name: prod/real}, allow: []}, {match: {name: "prod/named"}, owner: platform}]';

  it('is one where the most specific entry that decides it says so', () => {
    expect(of(decoys, 'prod/a')).toBe(true);
    expect(of(decoys, 'prod/named')).toBe(true);
    expect(of(decoys, 'prod/real')).toBe(false);
    expect(of(decoys, 'other')).toBe(false);
  });
});

describe('the owner', () => {
  const of = (text: string, tags?: Record<string, string>) =>
    contractsOf(text, tags && inventory(tags)).of(secret()).owner;

  it('is an entry’s word, then the tag’s, then the default', () => {
    const entry = 'secrets: [{match: {name: "*"}, owner: messaging}]\n';
    const defaults = 'defaults: {owner: platform}\n';
    expect(of(entry + defaults, { owner: 'tagged' })).toBe('messaging');
    expect(of(defaults, { owner: 'tagged' })).toBe('tagged');
    expect(of(defaults, { team: 'tagged' })).toBe('platform');
    expect(of(defaults)).toBe('platform');
    expect(of('')).toBeUndefined();
  });

  it('is read from the tag that an entry, else the defaults, name', () => {
    const tags = { team: 'a', squad: 'b' };
    expect(of('defaults: {ownerTag: team}', tags)).toBe('a');
    expect(of('defaults: {ownerTag: team}\nsecrets: [{match: {name: "*"}, ownerTag: squad}]', tags)).toBe(
      'b',
    );
  });

  it('is not something that every object has', () => {
    expect(of('defaults: {ownerTag: constructor}', {})).toBeUndefined();
  });
});

describe('matching', () => {
  const matches = (match: string, ref = secret(), tags?: Record<string, string>): boolean =>
    contractsOf(`secrets: [{match: ${match}, impact: yes}]`, tags && inventory(tags, ref)).of(ref).impact !==
    undefined;

  it('an account by name or digits, and a Region', () => {
    expect(matches('{account: prod}')).toBe(true);
    expect(matches(`{account: "${account}"}`)).toBe(true);
    expect(matches('{account: prod}', secret('x', { account: otherAccount }))).toBe(false);
    expect(matches('{region: us-east-1}')).toBe(false);
  });

  it('tags, all of them; none where they are not known', () => {
    expect(matches('{tag: {env: "pr*"}}', secret(), { env: 'prod' })).toBe(true);
    expect(matches('{tag: {env: prod}}', secret(), { env: 'dev' })).toBe(false);
    expect(matches('{tag: {env: "*", tier: "*"}}', secret(), { env: 'prod' })).toBe(false);
    expect(matches('{tag: {env: "*"}}')).toBe(false);
    expect(matches('{tag: {constructor: "*"}}', secret(), {})).toBe(false);
  });

  it('tags that the caller hands over, which are not remembered', () => {
    const contracts = contractsOf('secrets: [{match: {tag: {env: prod}}, impact: x}]');
    expect(contracts.of(secret(), { env: 'prod' }).impact).toBe('x');
    expect(contracts.of(secret()).impact).toBeUndefined();
    expect(contracts.of(secret(), { env: 'prod' }).impact).toBe('x');
  });
});

it('the settings survive the JSON in which Lambdas receive them', () => {
  const settings = settingsOf('secrets: [{match: {name: "*"}, allow: []}]');
  expect(JSON.parse(JSON.stringify(settings))).toEqual(settings);
});
