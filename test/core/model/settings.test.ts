import { describe, expect, it } from '@jest/globals';
import { SettingsError } from '../../../functions/core/errors.ts';
import { defaultSettings, parseSettings } from '../../../functions/core/model/settings.ts';

const problemsOf = (text: string): readonly string[] => {
  try {
    parseSettings(text, 'audit.yaml');
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
};

it('all has a default but the version', () => {
  expect(parseSettings('version: 1', 'audit.yaml')).toEqual(defaultSettings);
  expect(defaultSettings).toMatchObject({
    mode: 'announce',
    schedule: 'rate(15 minutes)',
    detectors: { 'mass-retrieval': { distinctSecrets: 20, windowMinutes: 6, enabled: true } },
  });
});

it('what is set is set', () => {
  const text = `
version: 1
mode: observe
regions: [eu-west-1, us-east-1]
notify:
  email: [security@example.com]
  slack: {webhookSecret: secrets-audit/slack}
detectors:
  mass-retrieval: {distinctSecrets: 5, mode: announce}
`;
  expect(parseSettings(text, 'audit.yaml')).toMatchObject({
    mode: 'observe',
    regions: ['eu-west-1', 'us-east-1'],
    notify: { email: ['security@example.com'], slack: { webhookSecret: 'secrets-audit/slack' } },
    detectors: { 'mass-retrieval': { distinctSecrets: 5, windowMinutes: 6, mode: 'announce' } },
  });
});

describe('a fault is named with its line', () => {
  it.each([
    ['an unknown key', 'version: 1\nmod: observe\n', ['audit.yaml:2: unknown setting mod']],
    [
      'an unknown key deeper down',
      'version: 1\nnotify:\n  email: []\n  emali: []\n',
      ['audit.yaml:4: unknown setting notify.emali'],
    ],
    [
      'an unknown detector',
      'version: 1\ndetectors:\n  masss: {}\n',
      ['audit.yaml:3: unknown setting detectors.masss'],
    ],
    [
      'an unknown parameter',
      'version: 1\ndetectors:\n  mass-retrieval:\n    secrets: 5\n',
      ['audit.yaml:4: unknown setting detectors.mass-retrieval.secrets'],
    ],
    [
      'a value in a list',
      'version: 1\nnotify:\n  email:\n    - a@example.com\n    - nobody\n',
      [expect.stringMatching(/^audit\.yaml:5: notify\.email\.1: /)],
    ],
    [
      'a value out of range',
      'version: 1\ndetectors:\n  mass-retrieval: {distinctSecrets: 1}\n',
      [expect.stringMatching(/^audit\.yaml:3: detectors\.mass-retrieval\.distinctSecrets: /)],
    ],
    [
      'a Region that is none',
      'version: 1\nregions: [europe]\n',
      ['audit.yaml:2: regions.0: must be a Region name, such as eu-west-1'],
    ],
    [
      'an ARN of the wrong kind',
      'version: 1\ntopic: arn:aws:sqs:eu-west-1:111122223333:q\n',
      ['audit.yaml:2: topic: must be an ARN of sns'],
    ],
    ['no version', 'mode: observe\n', [expect.stringMatching(/^audit\.yaml:1: version: /)]],
    ['an empty file', '', [expect.stringMatching(/^audit\.yaml: version: /)]],
    ['an alias without its anchor', 'version: *one\n', [expect.stringMatching(/^audit\.yaml: .*alias/i)]],
    ['a list for a map', '- version\n', [expect.stringMatching(/^audit\.yaml:1: the file: /)]],
    [
      'a key twice',
      'version: 1\nmode: observe\nmode: announce\n',
      [expect.stringMatching(/^audit\.yaml:3: .*unique/)],
    ],
  ])('%s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('all faults at once, and broken YAML too', () => {
    expect(problemsOf('version: 2\nmode: loud\n')).toHaveLength(2);
    expect(problemsOf('version: 1\n a: [')[0]).toMatch(/^audit\.yaml:\d: /);
    expect(new SettingsError(['a', 'b'])).toMatchObject({
      code: 'SETTINGS_INVALID',
      message: 'a\nb',
      name: 'SettingsError',
    });
  });
});
