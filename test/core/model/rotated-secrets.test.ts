import { describe, expect, it } from '@jest/globals';
import { rotatedSecrets } from '../../../functions/core/model/rotated-secrets.ts';
import { parseSettings } from '../../../functions/core/model/settings.ts';
import { account, otherAccount, region } from '../../support/records.ts';

const rotated = (secrets: string, place: Parameters<typeof rotatedSecrets>[1] = { account, region }) =>
  rotatedSecrets(
    parseSettings(
      `version: 1\naccounts: {prod: "${account}", staging: "${otherAccount}"}\nsecrets:\n${secrets}`,
      'audit.yaml',
    ),
    place,
  );

describe('rotatedSecrets', () => {
  it('are those with a provider, by name, of this account and Region', () => {
    const found = rotated(`
  - {match: {name: sms/clockwork}, rotation: {provider: clockwork, every: 30d}}
  - {match: {name: [sms/a, sms/b], account: prod, region: ${region}}, rotation: {provider: clockwork, field: key}}
  - {match: {name: sms/staging, account: staging}, rotation: {provider: clockwork}}
  - {match: {name: sms/elsewhere, region: us-east-1}, rotation: {provider: clockwork}}
  - {match: {name: app/db}, rotation: {every: 30d}}
  - {match: {name: app/*}}`);
    expect(
      found.map(({ secretId, policy }) => [secretId, policy.everyMs / 86_400_000, policy.field]),
    ).toEqual([
      ['sms/clockwork', 30, 'api_key'],
      ['sms/a', 90, 'key'],
      ['sms/b', 90, 'key'],
    ]);
    expect(found[0]?.secret).toEqual({ name: 'sms/clockwork', account, region, arn: null });
    expect(found[0]?.entry.match.name).toBe('sms/clockwork');
  });

  it('the most specific entry decides, also that it is not rotated', () => {
    const found = rotated(`
  - {match: {name: sms/one, account: prod}, rotation: {provider: clockwork, every: 10d}}
  - {match: {name: sms/one}, rotation: {provider: clockwork, every: 20d}}
  - {match: {name: sms/two, account: prod}, rotation: {every: 10d}}
  - {match: {name: sms/two}, rotation: {provider: clockwork}}`);
    expect(found.map(({ secretId, policy }) => [secretId, policy.everyMs / 86_400_000])).toEqual([
      ['sms/one', 10],
    ]);
  });

  it('an entry that asks for tags counts, and is handed over as it is written', () => {
    const [found] = rotated(`
  - {match: {name: sms/tagged, tag: {env: prod}}, rotation: {provider: clockwork}}`);
    expect(found?.entry.match.tag).toEqual({ env: 'prod' });
  });

  it('have the owner and the contract that apply to them', () => {
    const [found] = rotated(`
  - {match: {name: sms/*}, owner: security@example.com, allow: [{id: all, role: r, actions: any, from: any}]}
  - {match: {name: sms/one}, allow: [{id: one, role: r, actions: any, from: any}], rotation: {provider: clockwork}}`);
    expect(found?.owner).toBe('security@example.com');
    expect(found?.clauses.map(({ id }) => id)).toEqual(['one']);
  });

  it('of an unknown place are those of every entry, each in its own', () => {
    const found = rotated(
      `
  - {match: {name: sms/one, account: prod, region: us-east-1}, rotation: {provider: clockwork}}
  - {match: {name: sms/two}, rotation: {provider: clockwork}}`,
      {},
    );
    expect(found.map(({ secret }) => [secret.name, secret.account, secret.region])).toEqual([
      ['sms/one', account, 'us-east-1'],
      ['sms/two', '', ''],
    ]);
  });
});
