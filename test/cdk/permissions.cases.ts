import { describe, expect, it } from '@jest/globals';
import { reasons, secretPermissions, withEverythingGranted } from '../../scripts/permissions.ts';
import { everything } from './synthesized.ts';

describe('the table of permissions', () => {
  const permissions = secretPermissions(withEverythingGranted(everything), {
    '@aws-cdk/core:enablePartitionLiterals': true,
  });

  it('says why of each, and of nothing else', () => {
    const used = permissions.map((each) => `${each.function} ${each.effect} ${each.subject}`);
    expect([...new Set(used)].sort()).toEqual(Object.keys(reasons).sort());
  });

  it('holds every value that may be read', () => {
    const reads = permissions.filter(
      ({ effect, actions }) => effect === 'may' && actions.includes('secretsmanager:GetSecretValue'),
    );
    expect(reads.map((each) => [each.function, each.secrets])).toEqual([
      ['notify', ['secrets-audit/slack-app']],
      ['respond', ['secrets-audit/slack-app']],
      ['enforce', ['sms/clockwork', 'sms/minted']],
      ['rotate', ['sms/account']],
      ['rotate', ['sms/clockwork', 'sms/minted']],
      ['usage', ['sms/clockwork', 'sms/minted']],
    ]);
  });
});
