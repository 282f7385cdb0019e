import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import {
  type KeyProviderSettings,
  keyProvidersSchema,
} from '../../../functions/core/model/key-provider-settings.ts';
import {
  describedKeyProblem,
  describedProbe,
  describedRequest,
} from '../../../functions/core/rotation/described-issuer.ts';

const answers = {
  valid: [{ status: 200, contains: '"active":true' }],
  unfunded: [{ status: 402 }],
  invalid: [{ status: 401 }, { status: 200, contains: 'unknown key' }],
  restricted: [{ status: 403 }],
  retry: [{ status: '5xx' }, { status: 429 }],
};

function described(probe: object, more: object = {}): KeyProviderSettings {
  const { acme } = keyProvidersSchema.parse({
    acme: { probe: { url: 'https://api.example.com/me', ...probe }, answers, ...more },
  });
  if (!acme) throw new Error('no settings');
  return acme;
}

const inHeader = described({ headers: { Authorization: 'Bearer {key}' } });
const inBody = (type: string, body: string) =>
  described({ method: 'POST', headers: { 'content-TYPE': type }, body });

describe('the request', () => {
  test('has the key in a header', () => {
    expect(describedRequest('k$&1', inHeader)).toEqual({
      url: 'https://api.example.com/me',
      method: 'GET',
      headers: { Authorization: 'Bearer k$&1' },
    });
  });

  test('has the parts of a key in their places', () => {
    const settings = described(
      { headers: { user_key: '{key.1}', Access_token: '{key.2}', all: '{key}' } },
      { separator: ';' },
    );
    expect(describedRequest('one;two', settings).headers).toEqual({
      user_key: 'one',
      Access_token: 'two',
      all: 'one;two',
    });
  });

  test('a key in JSON is JSON, whatever it holds', () => {
    const settings = inBody('application/vnd.acme+json; charset=utf-8', '{"token":"{key}","more":1}');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (key) => {
        expect(JSON.parse(describedRequest(key, settings).body ?? '')).toEqual({ token: key, more: 1 });
      }),
    );
  });

  test('a key in a form is one field, whatever it holds', () => {
    const settings = inBody('application/x-www-form-urlencoded', 'token={key}&more=1');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (key) => {
        expect([...new URLSearchParams(describedRequest(key, settings).body)]).toEqual([
          ['token', key.toWellFormed()],
          ['more', '1'],
        ]);
      }),
    );
  });

  test('a key in XML is text, whatever it holds', () => {
    const settings = inBody('text/xml', '<a><key>{key}</key></a>');
    const parser = new XMLParser({ parseTagValue: false, trimValues: false });
    fc.assert(
      fc.property(fc.stringMatching(/^[\w<>&"'/!\][-]{1,40}$/), (key) => {
        expect(parser.parse(describedRequest(key, settings).body ?? '')).toEqual({ a: { key } });
      }),
    );
  });

  test('a body of another type has the key as it is', () => {
    expect(describedRequest('a&"b', inBody('text/plain', 'key={key}')).body).toBe('key=a&"b');
  });

  test('settings that send the key nowhere are refused', () => {
    for (const probe of [
      { headers: {} },
      { headers: { A: '{key.0}' } },
      { headers: { A: '{key' } },
      { method: 'GET', body: '{key}' },
    ]) {
      expect(() => described(probe)).toThrow('the key is sent nowhere');
    }
  });
});

describe('the shape of a key', () => {
  const parts = described({ headers: { A: '{key.1}', B: '{key.2}' } }, { separator: ';' });
  const noSeparator = described({ headers: { A: '{key.2}' } });

  test.each([
    ['', inHeader, 'a key is not empty'],
    [' k', inHeader, 'a key neither begins nor ends with white space'],
    ['k\n', inHeader, 'a key neither begins nor ends with white space'],
    ['k\r\nX: y', inHeader, 'a key that is sent in a header has ASCII characters only, and no line breaks'],
    ['ké', inHeader, 'a key that is sent in a header has ASCII characters only, and no line breaks'],
    ['one', parts, 'a key has 2 parts with ; between them; this has fewer'],
    ['one;', parts, 'a key has 2 parts with ; between them; this has fewer'],
    ['one', noSeparator, 'a key has 2 parts, and the settings name no separator; this has fewer'],
    ['one;two', parts, undefined],
    ['k y', inHeader, undefined],
    ['k\ny', inBody('text/plain', '{key}'), undefined],
  ])('%j', (key, settings, problem) => {
    expect(describedKeyProblem(key, settings)).toBe(problem);
  });
});

describe('the answer', () => {
  test.each([
    [200, '{"active":true}', 'valid'],
    [200, '{"active":false}', 'unknown'],
    [200, 'unknown key', 'invalid'],
    [200, '"active":true, unknown key', 'valid'],
    [402, '', 'unfunded'],
    [401, '', 'invalid'],
    [403, '', 'restricted'],
    [429, '', 'retry'],
    [500, '', 'retry'],
    [599, '', 'retry'],
    [302, '', 'unknown'],
    [404, '', 'unknown'],
  ])('%d %s is %s', (status, body, standing) => {
    expect(describedProbe({ status, body }, inHeader).standing).toBe(standing);
  });

  test('is told without its body', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.string(), (status, body) => {
        expect(describedProbe({ status, body }, inHeader).reason).toMatch(
          /^HTTP \d{3}, which (the settings do not explain|is (valid|unfunded|invalid|restricted|retry) by the settings)$/,
        );
      }),
    );
  });
});
