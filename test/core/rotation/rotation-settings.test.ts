import { describe, expect, it } from '@jest/globals';
import { SettingsError } from '../../../functions/core/errors.ts';
import { parseSettings } from '../../../functions/core/model/settings.ts';

const problemsOf = (rotation: string): readonly string[] => {
  try {
    parseSettings(
      `version: 1\nsecrets:\n  - match: {name: sms/key}\n    rotation:\n      provider: clockwork\n      ${rotation}`,
      'audit.yaml',
    );
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
};

describe('how often a secret is rotated', () => {
  it.each(['3h', '239m'])('is not more often than every 4 hours: %s', (every) => {
    expect(problemsOf(`every: ${every}`)).toEqual([
      'audit.yaml:6: secrets.0.rotation.every: Secrets Manager rotates every 4 hours at the most often',
    ]);
  });

  it('is not less often than every 999 days', () => {
    expect(problemsOf('every: 1000d')).toEqual([
      'audit.yaml:6: secrets.0.rotation.every: Secrets Manager rotates every 999 days at the least often',
    ]);
  });

  it.each(['4h', '90d', '999d'])('may be %s', (every) => {
    expect(problemsOf(`every: ${every}`)).toEqual([]);
  });
});
