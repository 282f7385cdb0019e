import { describe, expect, it, test } from '@jest/globals';
import { parseSettings } from '../../../functions/core/model/settings.ts';
import { rotationPolicy } from '../../../functions/core/rotation/rotation-policy.ts';
import { rotationRequest } from '../../../functions/core/rotation/rotation-request.ts';
import { keyIn, stagedText, withKey } from '../../../functions/core/rotation/secret-value.ts';

const text = (value: string) => ({ kind: 'text', text: value, versionId: 'v' }) as const;
const binary = { kind: 'binary', versionId: 'v' } as const;

describe('a secret’s value', () => {
  test.each([
    ['{"api_key":" k ","api_key_name":"first","sender":"ACME"}', { key: 'k', name: 'first' }],
    ['  {"api_key":"k"}', { key: 'k', name: null }],
    ['{"api_key":"k","api_key_name":7}', { key: 'k', name: null }],
    [' bare \n', { key: 'bare', name: null }],
    ['["k"]', { key: '["k"]', name: null }],
  ])('%s holds its key', (value, expected) => {
    expect(keyIn(text(value), 'api_key')).toEqual(expected);
  });

  test.each([
    ['{"other":"s3cret-k"}', 'NO_KEY_FIELD'],
    ['{"api_key":"  ","x":"s3cret-k"}', 'NO_KEY_FIELD'],
    ['{"api_key":{"s3cret-k":1}}', 'NO_KEY_FIELD'],
    ['{"api_key":"s3cret-k"', 'NO_KEY_FIELD'],
  ])('%s is refused without a word of it', (value, problem) => {
    let refused: unknown;
    try {
      keyIn(text(value), 'api_key');
    } catch (error) {
      refused = error;
    }
    expect(refused).toMatchObject({ problem });
    expect(String(refused)).not.toContain('s3cret-k');
  });

  it('of bytes is refused', () => {
    for (const use of [() => keyIn(binary, 'k'), () => withKey(binary, 'k', { key: 'n', name: null })]) {
      expect(use).toThrow('SecretBinary');
    }
  });

  test.each([
    [
      '{"sender":"ACME","api_key":"old","api_key_name":"first"}',
      'second',
      { sender: 'ACME', api_key: 'new', api_key_name: 'second' },
    ],
    // The name of another key would have the wrong one deactivated.
    ['{"api_key":"old","api_key_name":"first","n":[1]}', null, { api_key: 'new', n: [1] }],
  ])('%s gets another key and keeps the rest', (value, name, expected) => {
    expect(JSON.parse(withKey(text(value), 'api_key', { key: 'new', name }))).toEqual(expected);
  });

  it('that is a bare key stays bare', () => {
    expect(withKey(text('old'), 'api_key', { key: 'new', name: 'second' })).toBe('new');
  });

  it('what is staged is the key with its name, and is read back as that', () => {
    for (const named of [
      { key: 'k', name: 'second' },
      { key: 'k', name: null },
    ]) {
      expect(keyIn(text(stagedText('token', named)), 'token')).toEqual(named);
    }
  });
});

describe('an event for a rotation function', () => {
  test.each(['createSecret', 'setSecret', 'testSecret', 'finishSecret'])('%s in both spellings', (step) => {
    const snake = step.replace('Secret', '_secret');
    for (const Step of [step, snake]) {
      expect(rotationRequest({ Step, SecretId: 'a', ClientRequestToken: 't', RotationToken: 'r' })).toEqual({
        step,
        secretId: 'a',
        token: 't',
      });
    }
  });

  test.each([
    [undefined, 'the event'],
    ['text', 'the event'],
    [{}, 'Step, SecretId, ClientRequestToken'],
    [{ Step: 'createsecret', SecretId: 'a', ClientRequestToken: 't' }, 'Step'],
    [{ Step: 'createSecret', SecretId: '', ClientRequestToken: 't' }, 'SecretId'],
    [{ Step: 'createSecret', SecretId: 'a', ClientRequestToken: 1 }, 'ClientRequestToken'],
  ])('%j is none: %s', (event, fields) => {
    expect(() => rotationRequest(event)).toThrow(`missing or wrong: ${fields}`);
  });
});

describe('the policy of a rotation', () => {
  const day = 86_400_000;

  it('is none without a provider', () => {
    expect(rotationPolicy(undefined)).toBeUndefined();
    expect(rotationPolicy({ mode: 'staged', field: 'api_key', every: '30d' })).toBeUndefined();
  });

  it('has defaults', () => {
    expect(rotationPolicy({ provider: 'clockwork', mode: 'staged', field: 'api_key' })).toEqual({
      provider: 'clockwork',
      mode: 'staged',
      field: 'api_key',
      everyMs: 90 * day,
      warnMs: 14 * day,
      graceMs: 5 * day,
      remindMs: 2 * day,
      nextStage: 'CLOCKWORK_NEXT',
      keepPrefix: 'CLOCKWORK_KEEP_',
    });
  });

  it('takes what the settings say, and labels of the provider’s name', () => {
    expect(
      rotationPolicy({
        provider: 'text-anywhere2',
        mode: 'staged',
        field: 'token',
        every: '30d',
        warn: '7d',
        grace: '12h',
        remind: '1d',
      }),
    ).toMatchObject({
      everyMs: 30 * day,
      warnMs: 7 * day,
      graceMs: day / 2,
      remindMs: day,
      nextStage: 'TEXT_ANYWHERE2_NEXT',
      keepPrefix: 'TEXT_ANYWHERE2_KEEP_',
    });
  });
});

describe('settings of rotations that cannot be', () => {
  const problemsOf = (settings: string): string => {
    try {
      parseSettings(`version: 1\n${settings}`, 'audit.yaml');
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };
  const provider = (more: string) => `keyProviders:
  acme:
    probe: {url: "https://api.example.com/me", headers: {Authorization: "{key}"}}
    answers: {valid: [{status: 200}], invalid: [{status: 401}]}
${more}`;

  test.each([
    ['defaults:\n  rotation: {provider: clockwork}', 3, 'has no place in defaults'],
    ['secrets:\n  - match: {name: a}\n    rotation: {provider: clockwrok}', 4, 'no key provider clockwrok'],
    ['secrets:\n  - match: {name: "sms/*"}\n    rotation: {provider: clockwork}', 4, 'named in full'],
    [
      'secrets:\n  - match: {account: "111122223333"}\n    rotation: {provider: clockwork}',
      4,
      'named in full',
    ],
    [
      'secrets:\n  - match: {name: a}\n    rotation: {provider: clockwork, mode: minted}',
      4,
      'minted needs accountSecret',
    ],
    [
      provider('secrets:\n  - match: {name: a}\n    rotation: {provider: acme, mode: minted}'),
      8,
      'only clockwork makes keys',
    ],
    [provider('').replace('acme', 'clockwork'), 2, 'clockwork is built in'],
    ['keyProviders:\n  Acme: {}', 3, 'lower-case letters'],
    [provider('').replace('https', 'http'), 4, 'must be an https address'],
    [provider('').replace('/me', '/me?key={key}'), 4, 'a key has no place in an address'],
    [provider('').replace('"{key}"', 'x'), 4, 'the key is sent nowhere'],
    [provider('').replace(', invalid: [{status: 401}]', ''), 5, 'name both'],
    [provider('').replace('401', '6xx'), 5, 'must be a status'],
  ])('%s', (settings, line, problem) => {
    const message = problemsOf(settings);
    expect(message).toContain(problem);
    expect(message).toContain(`audit.yaml:${line}:`);
  });

  it('one that can be has no problem', () => {
    expect(problemsOf(provider('secrets:\n  - match: {name: a}\n    rotation: {provider: acme}'))).toBe('');
    expect(problemsOf(provider('').replace('https://api.example.com', 'http://127.0.0.1:9'))).toBe('');
  });
});
