import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { XMLParser } from 'fast-xml-parser';
import { createClockworkKeyProvider } from '../../functions/adapters/clockwork-key-provider.ts';
import { createKeyProvider } from '../../functions/adapters/key-providers.ts';
import { SettingsError } from '../../functions/core/errors.ts';
import { defaultSettings, parseSettings } from '../../functions/core/model/settings.ts';
import { type Given, openIssuer, type Received } from './issuer-stand-in.ts';

/** Keys are made when the tests run, so that none lies in the repository. */
const keyOf = (seed: string) => createHash('sha1').update(seed).digest('hex');
const key = keyOf('a key of the tests');
const fast = { timeoutMs: 2_000, retry: { retries: 2, minTimeout: 1, maxTimeout: 1 } };

const balance = (amount = '287.58') => ({
  body: `<?xml version="1.0" encoding="utf-8"?><Balance_Resp><AccountType>PAYG</AccountType><Balance>${amount}</Balance><Currency><Code>GBP</Code><Symbol>£</Symbol></Currency></Balance_Resp>`,
});
const account = { body: '<Authenticate_Resp><CustID>12345</CustID></Authenticate_Resp>' };
const error = (code: number) => ({
  body: `<Balance_Resp><ErrNo>${code}</ErrNo><ErrDesc>words</ErrDesc></Balance_Resp>`,
});
const proven = {
  standing: 'valid',
  reason: 'the key works',
  balance: { amount: 287.58, currency: 'GBP', kind: 'prepaid' },
};

const paths = (received: readonly Received[]) => received.map(({ path }) => path);
/** One answer after the other to the balance; the last one again and again. */
const inTurn = (...answers: Given[]): ((request: Received) => Given) => {
  let index = -1;
  return ({ path }) => {
    if (path === '/xml/authenticate') return account;
    index += 1;
    return answers[Math.min(index, answers.length - 1)] ?? 'hang';
  };
};

describe('Clockwork, asked about a key', () => {
  test('says the balance and the account; the key is in the bodies alone', async () => {
    await using issuer = await openIssuer(inTurn(balance()));
    const provider = createClockworkKeyProvider({ url: `${issuer.url}/`, ...fast });
    expect(await provider.probe(key)).toEqual({ ...proven, account: '12345' });
    expect(paths(issuer.received)).toEqual(['/xml/balance', '/xml/authenticate']);
    for (const { method, headers } of issuer.received) {
      expect([method, headers['content-type']]).toEqual(['POST', 'text/xml; charset=utf-8']);
      expect(JSON.stringify(headers)).not.toContain(key);
    }
    const parser = new XMLParser({ parseTagValue: false });
    expect(issuer.received.map(({ body }) => parser.parse(body))).toEqual([
      { '?xml': '', Balance: { Key: key } },
      { '?xml': '', Authenticate: { Key: key } },
    ]);
  });

  test('an account without credit has an account id too', async () => {
    await using issuer = await openIssuer(inTurn(balance('0')));
    const provider = createClockworkKeyProvider({ url: issuer.url, ...fast });
    expect(await provider.probe(key)).toMatchObject({ standing: 'unfunded', account: '12345' });
  });

  test.each<[string, Given]>([
    ['an error', { body: '<Authenticate_Resp><ErrNo>100</ErrNo></Authenticate_Resp>' }],
    ['a failure', { status: 500, body: '' }],
    ['a broken connection', 'cut'],
  ])('%s to the question for the account leaves the account out', async (_, given) => {
    await using issuer = await openIssuer(({ path }) => (path === '/xml/balance' ? balance() : given));
    expect(await createClockworkKeyProvider({ url: issuer.url, ...fast }).probe(key)).toEqual(proven);
  });

  test.each([
    [58, 'invalid', '58 Invalid API Key'],
    [17, 'restricted', '17 Invalid Source IP'],
    [103, 'unknown', '103 XML document does not validate'],
  ])('%d is an answer: %s, asked once and without the account', async (code, standing, reason) => {
    await using issuer = await openIssuer(inTurn(error(code)));
    const provider = createClockworkKeyProvider({ url: issuer.url, ...fast });
    expect(await provider.probe(key)).toEqual({ standing, reason });
    expect(paths(issuer.received)).toEqual(['/xml/balance']);
  });

  test.each<[string, Given]>([
    ['an internal error', error(100)],
    ['throttling', error(305)],
    ['a failure', { status: 503, body: 'down' }],
    ['a broken connection', 'cut'],
    ["a proxy's page", { body: '<!DOCTYPE html><html><body>please log in</body></html>' }],
  ])('%s is asked again', async (_, given) => {
    await using issuer = await openIssuer(inTurn(given, given, balance()));
    const provider = createClockworkKeyProvider({ url: issuer.url, ...fast });
    expect((await provider.probe(key)).standing).toBe('valid');
    expect(issuer.received).toHaveLength(4);
  });

  test('three failures are enough, and the last one is told', async () => {
    await using issuer = await openIssuer(inTurn(error(100), { status: 503, body: 'down' }));
    const provider = createClockworkKeyProvider({ url: issuer.url, ...fast });
    expect(await provider.probe(key)).toEqual({ standing: 'retry', reason: 'answers with HTTP 503' });
    expect(issuer.received).toHaveLength(3);
  });

  test('silence ends', async () => {
    await using issuer = await openIssuer(() => 'hang');
    const provider = createClockworkKeyProvider({
      url: issuer.url,
      timeoutMs: 50,
      retry: { ...fast.retry, retries: 1 },
    });
    expect(await provider.probe(key)).toEqual({
      standing: 'retry',
      reason: 'cannot be reached (TimeoutError)',
    });
    expect(issuer.received).toHaveLength(2);
  });

  test('a refused connection is told by its code', async () => {
    const issuer = await openIssuer(() => 'hang');
    await issuer[Symbol.asyncDispose]();
    expect(await createClockworkKeyProvider({ url: issuer.url, ...fast }).probe(key)).toEqual({
      standing: 'retry',
      reason: 'cannot be reached (ECONNREFUSED)',
    });
  });

  test('no redirection is followed: the key goes to one address', async () => {
    await using other = await openIssuer(() => balance());
    await using issuer = await openIssuer(() => ({
      status: 307,
      headers: { Location: `${other.url}/xml/balance` },
      body: '',
    }));
    const provider = createClockworkKeyProvider({ url: issuer.url, ...fast });
    expect(await provider.probe(key)).toEqual({ standing: 'retry', reason: 'answers with HTTP 307' });
    expect(other.received).toEqual([]);
  });

  test('an endless answer is not read to its end', async () => {
    await using issuer = await openIssuer(() => ({ body: `<Balance_Resp>${' '.repeat(10_000_000)}` }));
    const provider = createClockworkKeyProvider({ url: issuer.url, ...fast, retry: { retries: 0 } });
    expect((await provider.probe(key)).standing).toBe('retry');
  });

  test('what cannot be a key is sent to nobody', async () => {
    await using issuer = await openIssuer(() => balance());
    const provider = createClockworkKeyProvider({ url: issuer.url, ...fast });
    expect(await provider.probe(key.slice(1))).toEqual({
      standing: 'unknown',
      reason: 'not asked: a Clockwork key is 40 hexadecimal characters; this has 39 characters',
    });
    expect(issuer.received).toEqual([]);
  });

  test('nothing thrown by fetch is repeated', async () => {
    const provider = createClockworkKeyProvider({
      url: 'https://api.example.com',
      fetch: async (_, init) => {
        throw new TypeError(`cannot send ${String(init?.body)}`);
      },
      ...fast,
    });
    expect(await provider.probe(key)).toEqual({
      standing: 'retry',
      reason: 'cannot be reached (TypeError)',
    });
  });
});

describe('Clockwork, asked for a key', () => {
  const credentials = { username: 'ops & co', password: `<${keyOf('a password')}>` };
  const minted = keyOf('a minted key');

  test('makes one, with the credentials in the body alone', async () => {
    await using issuer = await openIssuer(() => ({
      body: `<GetKey_Resp><Key>${minted}</Key></GetKey_Resp>`,
    }));
    const provider = createClockworkKeyProvider({ url: issuer.url, ...fast });
    expect(await provider.mint?.(credentials, 'sms 2026-03-02')).toEqual({ key: minted });
    expect(paths(issuer.received)).toEqual(['/xml/get_key']);
    expect(new XMLParser({ parseTagValue: false }).parse(issuer.received[0]?.body ?? '')).toEqual({
      '?xml': '',
      GetKey: { Username: credentials.username, Password: credentials.password, Name: 'sms 2026-03-02' },
    });
  });

  test.each<[Given, object]>([
    [{ body: '<GetKey_Resp><ErrNo>2</ErrNo></GetKey_Resp>' }, { refused: '2 Invalid Username Or Password' }],
    [{ status: 404, body: '' }, { refused: 'makes no keys on request any more (HTTP 404)' }],
    [{ body: '<GetKey_Resp><ErrNo>1</ErrNo></GetKey_Resp>' }, { retry: '1 Internal Error' }],
    [{ status: 500, body: '' }, { retry: 'answers with HTTP 500' }],
    ['cut', { retry: expect.stringMatching(/^cannot be reached \(\w+\)$/) }],
  ])('is asked once, whatever it answers: %j', async (given, expected) => {
    await using issuer = await openIssuer(() => given);
    const provider = createClockworkKeyProvider({ url: issuer.url, ...fast });
    expect(await provider.mint?.(credentials, 'name')).toEqual(expected);
    expect(issuer.received).toHaveLength(1);
  });
});

test.each(['http://api.clockworksms.com', 'https://user:word@api.example.com', 'ftp://x', 'clockwork'])(
  'a key is not sent to %s',
  (url) => {
    expect(() => createClockworkKeyProvider({ url })).toThrow(SettingsError);
  },
);

describe('the issuer that a secret names', () => {
  test('clockwork is built in', () => {
    expect(createKeyProvider('clockwork', defaultSettings)).toMatchObject({
      title: 'Clockwork',
      dashboard: 'the Clockwork dashboard (API section)',
    });
  });

  test.each(['acme', 'toString', '__proto__'])('there is no %s', (name) => {
    expect(() => createKeyProvider(name, defaultSettings)).toThrow(`there is no key provider ${name}`);
  });

  const settingsFor = (url: string) =>
    parseSettings(
      `
version: 1
keyProviders:
  acme:
    title: Acme SMS
    separator: ";"
    probe:
      url: ${url}/status
      headers: {user_key: "{key.1}", Access_token: "{key.2}"}
    answers:
      valid: [{status: 200, contains: active}]
      invalid: [{status: 401}]
      retry: [{status: 5xx}]
`,
      'audit.yaml',
    );

  test('one that the settings describe is asked as they say', async () => {
    await using issuer = await openIssuer(() => ({ body: 'active' }));
    const provider = createKeyProvider('acme', settingsFor(issuer.url), fast);
    expect(provider).toMatchObject({ title: 'Acme SMS', dashboard: 'the dashboard of Acme SMS' });
    expect(provider.mint).toBeUndefined();
    expect(await provider.probe(`${keyOf('1')};${keyOf('2')}`)).toEqual({
      standing: 'valid',
      reason: 'HTTP 200, which is valid by the settings',
    });
    expect(issuer.received).toMatchObject([
      { path: '/status', method: 'GET', headers: { user_key: keyOf('1'), access_token: keyOf('2') } },
    ]);
  });

  test.each<[Given, string, string, number]>([
    [{ status: 401, body: '' }, 'invalid', 'HTTP 401, which is invalid by the settings', 1],
    [{ status: 418, body: 'x' }, 'unknown', 'HTTP 418, which the settings do not explain', 1],
    [{ status: 503, body: '' }, 'retry', 'HTTP 503, which is retry by the settings', 3],
  ])('%j is %s', async (given, standing, reason, requests) => {
    await using issuer = await openIssuer(() => given);
    const provider = createKeyProvider('acme', settingsFor(issuer.url), fast);
    expect(await provider.probe('1;2')).toEqual({ standing, reason });
    expect(issuer.received).toHaveLength(requests);
  });

  test('no answer at all is no answer now', async () => {
    await using issuer = await openIssuer(() => 'cut');
    const provider = createKeyProvider('acme', settingsFor(issuer.url), fast);
    expect(await provider.probe('1;2')).toMatchObject({ standing: 'retry' });
    expect(issuer.received).toHaveLength(3);
  });

  test('what cannot be its key is sent to nobody', async () => {
    await using issuer = await openIssuer(() => ({ body: 'active' }));
    const provider = createKeyProvider('acme', settingsFor(issuer.url), fast);
    expect(await provider.probe('1;2\r\nX: y')).toEqual({
      standing: 'unknown',
      reason: `not asked: ${provider.shapeProblem('1;2\r\nX: y')}`,
    });
    expect(issuer.received).toEqual([]);
  });
});
