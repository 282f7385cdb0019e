import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ClockworkStandIn,
  startClockworkStandIn,
} from '../support/clockwork-stand-in/clockwork-stand-in.ts';
import { ALL_ERROR_CODES, ERROR_CODES } from '../support/clockwork-stand-in/error-codes.ts';
import { loadClockworkNpmClient } from '../support/clockwork-stand-in/npm-client.ts';
import {
  startTextAnywhereStandIn,
  type TextAnywhereStandIn,
} from '../support/clockwork-stand-in/textanywhere-stand-in.ts';

const START = new Date('2026-03-31T23:59:00Z');
const NUMBER = '12025550123';
// 40 characters as a key has, of a key that was never given out.
const UNKNOWN_KEY = '0'.repeat(40);

let clockwork: ClockworkStandIn;
let now: Date;
let key: string;

beforeEach(async () => {
  now = START;
  clockwork = await startClockworkStandIn({
    seed: 'clockwork-stand-in.test',
    now: () => now,
    accounts: [
      { custId: '1001', username: 'shop' },
      { custId: '1002', type: 'Invoice', balance: 12.5, currency: { code: 'EUR', symbol: '€' } },
    ],
  });
  ({ key } = clockwork.createKey('orders'));
});

afterEach(() => clockwork.stop());

async function xml(path: string, body: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${clockwork.baseUrl}/xml/${path}`, { method: 'POST', body, headers });
  expect(answer.status).toBe(200);
  const declaration = '<?xml version="1.0" encoding="utf-8"?>';
  const text = await answer.text();
  expect(text.startsWith(declaration)).toBe(true);
  return text.slice(declaration.length);
}

async function http(path: string, parameters: Record<string, string>, init: RequestInit = {}) {
  const query = new URLSearchParams(parameters);
  const answer = await fetch(`${clockwork.baseUrl}/http/${path}?${query}`, init);
  expect(answer.status).toBe(200);
  return answer.text();
}

const balanceOf = (of: string) => xml('balance', `<Balance><Key>${of}</Key></Balance>`);
const sms = (to: string, content: string, more = '') =>
  `<SMS><To>${to}</To><Content>${content}</Content>${more}</SMS>`;
const sendXml = (content: string, of = key) => xml('send', `<Message><Key>${of}</Key>${content}</Message>`);
const error = (root: string, code: 57 | 58 | 17 | 305 | 2 | 59 | 102 | 103) =>
  `<${root}><ErrNo>${code}</ErrNo><ErrDesc>${ERROR_CODES[code]}</ErrDesc></${root}>`;
const PAYG = (amount: string) =>
  `<Balance_Resp><AccountType>PAYG</AccountType><Balance>${amount}</Balance>` +
  '<Currency><Code>GBP</Code><Symbol>£</Symbol></Currency></Balance_Resp>';

/** What fetch cannot: GET with a body. */
function getWithBody(path: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Length': Buffer.byteLength(body) };
    const request = httpRequest(`${clockwork.baseUrl}${path}`, { method: 'GET', headers }, (answer) => {
      answer.toArray().then((chunks) => resolve(Buffer.concat(chunks).toString('utf8')), reject);
    });
    request.on('error', reject).end(body);
  });
}

describe("Clockwork's stand-in, XML interface", () => {
  it('tells the balance of a PAYG account and what an invoice account spent', async () => {
    expect(key).toMatch(/^[0-9a-f]{40}$/);
    expect(await balanceOf(key)).toBe(PAYG('287.58'));
    const invoiced = clockwork.createKey('marketing', '1002');
    expect(await balanceOf(invoiced.key)).toBe(
      '<Balance_Resp><AccountType>Invoice</AccountType><Balance>12.50</Balance>' +
        '<Currency><Code>EUR</Code><Symbol>€</Symbol></Currency></Balance_Resp>',
    );
  });

  it('sends, and keeps what it sent', async () => {
    const messages = sms(
      NUMBER,
      'Fish &amp; chips &#x2013; ready',
      '<From>Shop</From><WrapperID>0</WrapperID>',
    );
    expect(await sendXml(messages + sms('12025550124', 'Hello'))).toBe(
      '<Message_Resp>' +
        `<SMS_Resp><To>${NUMBER}</To><MessageID>VE_1</MessageID><WrapperID>0</WrapperID></SMS_Resp>` +
        '<SMS_Resp><To>12025550124</To><MessageID>VE_2</MessageID></SMS_Resp>' +
        '</Message_Resp>',
    );
    expect(clockwork.messages()).toEqual([
      {
        time: '2026-03-31T23:59:00.000Z',
        messageId: 'VE_1',
        to: NUMBER,
        from: 'Shop',
        content: 'Fish & chips – ready',
        parts: 1,
        keyName: 'orders',
      },
      expect.objectContaining({ messageId: 'VE_2', to: '12025550124' }),
    ]);
  });

  it('checks a key', async () => {
    expect(await xml('authenticate', `<Authenticate><Key>${key}</Key></Authenticate>`)).toBe(
      '<Authenticate_Resp><CustID>1001</CustID></Authenticate_Resp>',
    );
    expect(await xml('authenticate', `<Authenticate><Key>${UNKNOWN_KEY}</Key></Authenticate>`)).toBe(
      error('Authenticate_Resp', 58),
    );
  });

  it('takes tags of any case, any of its verbs, and paths with and without .aspx', async () => {
    const lower = `<?xml version="1.0" encoding="UTF-8"?>\n<Message>\n  <key>${key}</key>\n</Message>`;
    expect(await xml('balance.aspx', lower)).toBe(PAYG('287.58'));
    expect(await xml('Balance', `<BALANCE><KEY> ${key} </KEY></BALANCE>`)).toBe(PAYG('287.58'));
    expect(await getWithBody('/xml/balance', lower)).toContain(PAYG('287.58'));
    expect(await xml('sms', `<message><key>${key}</key>${sms(NUMBER, 'x')}</message>`)).toContain('VE_1');
  });

  it.each([
    ['no XML', 'key=1', 102],
    ['an open tag', '<Balance><Key>', 102],
    ['nothing', '', 102],
    ['another root', '<Credit><Key>1</Key></Credit>', 103],
    ['no key', '<Balance></Balance>', 57],
    ['an empty key', '<Balance><Key/></Balance>', 57],
    ['an unknown key', `<Balance><Key>${UNKNOWN_KEY}</Key></Balance>`, 58],
    ['a wrong password', '<Message><Username>shop</Username><Password>1</Password></Message>', 2],
  ] as const)('answers the error for %s', async (_, body, code) => {
    expect(await xml('balance', body)).toBe(error('Balance_Resp', code));
  });

  it('wants keys of those who come with a password', async () => {
    const [account] = clockwork.accounts();
    const body = `<Message><username>shop</username><password>${account?.password}</password></Message>`;
    expect(await xml('balance', body)).toBe(error('Balance_Resp', 59));
  });

  it.each([
    ['without a number', sms('', 'x'), 6],
    ['without content', sms(NUMBER, ''), 7],
    ['to a number with a plus', sms(`+${NUMBER}`, 'x'), 10],
    ['from 13 digits', sms(NUMBER, 'x', '<From>1202555012312</From>'), 11],
    ['of 161 characters', sms(NUMBER, 'x'.repeat(161)), 12],
    ['of 460 characters in three parts', sms(NUMBER, 'x'.repeat(460), '<Long>1</Long>'), 12],
    ['in no parts', sms(NUMBER, 'x', '<Concat>0</Concat>'), 31],
  ] as const)('refuses a message %s and sends the next', async (_, refused, code) => {
    const answer = await sendXml(refused + sms(NUMBER, 'Hello'));
    expect(answer).toContain(`<ErrNo>${code}</ErrNo><ErrDesc>${ERROR_CODES[code].replaceAll("'", '&apos;')}`);
    expect(answer).toContain(`<To>${NUMBER}</To><MessageID>VE_1</MessageID>`);
    expect(clockwork.messages()).toHaveLength(1);
  });

  it('counts parts and cuts what is too long where it may', async () => {
    const long = 'x'.repeat(500);
    await sendXml(
      sms(NUMBER, long.slice(0, 459), '<Long>1</Long>') +
        sms(NUMBER, long.slice(0, 161), '<Concat>2</Concat>') +
        sms(NUMBER, long, '<Truncate>1</Truncate>'),
    );
    expect(clockwork.messages().map(({ content, parts }) => [content.length, parts])).toEqual([
      [459, 3],
      [161, 2],
      [160, 1],
    ]);
  });

  it('takes 500 messages and not one more', async () => {
    expect(await sendXml(sms(NUMBER, 'x').repeat(501))).toBe(error('Message_Resp', 103));
    expect(clockwork.messages()).toEqual([]);
    await sendXml(sms(NUMBER, 'x').repeat(500));
    expect(clockwork.messages()).toHaveLength(500);
  });

  it('refuses a message without an SMS', async () => {
    expect(await sendXml('')).toBe(error('Message_Resp', 103));
  });
});

describe("Clockwork's stand-in, HTTP interface", () => {
  it('tells the balance, or the error', async () => {
    expect(await http('balance', { key })).toBe('Balance: 287.58 (GBP)');
    expect(await http('balance', { Key: UNKNOWN_KEY })).toBe('Error 58: Invalid API Key');
    expect(await http('balance', {})).toBe('Error 57: No API Key Provided');
  });

  it('sends by query and by form', async () => {
    expect(await http('send.aspx', { key, to: NUMBER, content: 'Hello World', from: 'Shop' })).toBe(
      `To: ${NUMBER} ID: VE_1`,
    );
    const body = new URLSearchParams({ Key: key, To: `${NUMBER},zzz`, Content: 'x'.repeat(200), Long: '1' });
    expect(await http('send', {}, { method: 'POST', body })).toBe(
      `To: ${NUMBER} ID: VE_2\nTo: zzz Error 10: Invalid 'To' Parameter`,
    );
    expect(clockwork.messages().map(({ content, parts }) => [content.length, parts])).toEqual([
      [11, 1],
      [200, 2],
    ]);
  });

  it('takes 50 numbers and not one more', async () => {
    const to = (count: number) => Array(count).fill(NUMBER).join(',');
    expect(await http('send', { key, to: to(51), content: 'x' })).toBe("Error 10: Invalid 'To' Parameter");
    await http('send', { key, to: to(50), content: 'x' });
    expect(clockwork.messages()).toHaveLength(50);
  });

  it('knows no other path and no other verb', async () => {
    const status = async (path: string, method = 'GET') =>
      (await fetch(`${clockwork.baseUrl}${path}`, { method })).status;
    expect(await status('/http/authenticate')).toBe(404);
    expect(await status('/')).toBe(404);
    expect(await status('/http/balance', 'DELETE')).toBe(405);
  });
});

describe("the life of Clockwork's keys", () => {
  const getKey = (username: string, password: string, name: string) =>
    xml(
      'get_key',
      `<GetKey><Username>${username}</Username><Password>${password}</Password><Name>${name}</Name></GetKey>`,
    );

  it('makes a key for the password, as often as it is asked', async () => {
    const password = clockwork.accounts()[0]?.password ?? '';
    const answers = [await getKey('shop', password, 'orders'), await getKey('shop', password, 'orders')];
    const keys = answers.map((answer) => /^<GetKey_Resp><Key>([0-9a-f]{40})</.exec(answer)?.[1] ?? '');
    expect(new Set([key, ...keys]).size).toBe(3);
    for (const minted of keys) expect(await balanceOf(minted)).toBe(PAYG('287.58'));
    expect(clockwork.keys()).toEqual(
      Array(3).fill({ name: 'orders', custId: '1001', active: true, created: START.toISOString() }),
    );
  });

  it('makes none for a wrong password or without a name', async () => {
    expect(await getKey('shop', 'wrong', 'orders')).toBe(error('GetKey_Resp', 2));
    expect(await getKey('shop', clockwork.accounts()[0]?.password ?? '', '')).toBe(error('GetKey_Resp', 103));
    expect(clockwork.keys()).toHaveLength(1);
  });

  it('makes the same keys for the same seed', async () => {
    const other = await startClockworkStandIn({ seed: 'clockwork-stand-in.test', accounts: [{}, {}] });
    expect(other.createKey('else').key).toBe(key);
    await other.stop();
  });

  it('ends by hand, by key or by name', async () => {
    const next = clockwork.createKey('orders-2');
    clockwork.deactivate(key);
    expect(await balanceOf(key)).toBe(error('Balance_Resp', 58));
    expect(await balanceOf(next.key)).toBe(PAYG('287.58'));
    clockwork.deactivate('orders-2');
    expect(await balanceOf(next.key)).toBe(error('Balance_Resp', 58));
    expect(() => clockwork.deactivate(UNKNOWN_KEY)).toThrow('no such key, and no key of such a name');
  });

  it('may be bound to addresses', async () => {
    clockwork.lock('orders', ['192.0.2.10']);
    const body = `<Balance><Key>${key}</Key></Balance>`;
    expect(await xml('balance', body)).toBe(error('Balance_Resp', 17));
    expect(await xml('balance', body, { 'X-Forwarded-For': '192.0.2.10, 198.51.100.1' })).toBe(
      PAYG('287.58'),
    );
    clockwork.lock('orders', ['127.0.0.1']);
    expect(await xml('balance', body)).toBe(PAYG('287.58'));
    clockwork.lock('orders', []);
    clockwork.unlock(key);
    expect(await xml('balance', body)).toBe(PAYG('287.58'));
  });

  it('is throttled beyond a rate', async () => {
    clockwork.throttle({ requests: 2, seconds: 60 });
    const invoiced = clockwork.createKey('marketing', '1002').key;
    const answers = async () => [await http('balance', { key }), await http('balance', { key })];
    expect(await answers()).toEqual(Array(2).fill('Balance: 287.58 (GBP)'));
    expect(await answers()).toEqual(Array(2).fill('Error 305: Query throttling rate exceeded'));
    expect(await http('balance', { key: invoiced })).toBe('Balance: 12.50 (EUR)');
    now = new Date(START.getTime() + 60_000);
    expect(await http('balance', { key })).toBe('Balance: 287.58 (GBP)');
    clockwork.throttle(undefined);
    expect(await answers()).toEqual(Array(2).fill('Balance: 287.58 (GBP)'));
  });

  it('spends credit until there is none', async () => {
    clockwork.setBalance(0.15);
    await http('send', { key, to: NUMBER, content: 'x'.repeat(161), long: '1' });
    expect(await http('balance', { key })).toBe('Balance: 0.05 (GBP)');
    expect(await sendXml(sms(NUMBER, 'one') + sms('12025550124', 'two'))).toBe(
      `<Message_Resp><SMS_Resp><To>${NUMBER}</To><MessageID>VE_2</MessageID></SMS_Resp>` +
        '<SMS_Resp><To>12025550124</To><ErrNo>3</ErrNo><ErrDesc>Insufficient Credits Available</ErrDesc></SMS_Resp>' +
        '</Message_Resp>',
    );
    expect(await http('send', { key, to: NUMBER, content: 'x' })).toBe(
      `To: ${NUMBER} Error 3: Insufficient Credits Available`,
    );
    expect(clockwork.balance()).toMatchObject({ type: 'PAYG', amount: '0.00' });
  });

  it('puts what is spent on the invoice, each month anew', async () => {
    const invoiced = clockwork.createKey('marketing', '1002').key;
    await http('send', { key: invoiced, to: NUMBER, content: 'x' });
    expect(clockwork.balance('1002')).toMatchObject({ type: 'Invoice', amount: '12.55' });
    now = new Date('2026-04-01T00:00:00Z');
    expect(await http('balance', { key: invoiced })).toBe('Balance: 0.00 (EUR)');
  });

  it('shows in the requests, the key itself does not', async () => {
    await http('balance', { key });
    await http('balance', { key: UNKNOWN_KEY });
    clockwork.deactivate(key);
    await balanceOf(key);
    const time = START.toISOString();
    expect(clockwork.requests()).toEqual([
      { time, path: '/http/balance', keyName: 'orders' },
      { time, path: '/http/balance', code: 58 },
      { time, path: '/xml/balance', keyName: 'orders', code: 58 },
    ]);
    expect(clockwork.requests('orders')).toHaveLength(2);
    expect(JSON.stringify(clockwork.requests())).not.toContain(key);
    expect(clockwork.received()).toBe(3);
  });
});

describe("Clockwork's stand-in on request", () => {
  it('answers every error of the service, in both interfaces, and does nothing else', async () => {
    const send = { key, to: NUMBER, content: 'x' };
    for (const code of ALL_ERROR_CODES) {
      clockwork.answerWith(code, { times: 2 });
      expect(await http('send', send)).toBe(`Error ${code}: ${ERROR_CODES[code]}`);
      expect(await balanceOf(key)).toContain(`<Balance_Resp><ErrNo>${code}</ErrNo><ErrDesc>`);
    }
    expect(ALL_ERROR_CODES).toHaveLength(56);
    expect(await balanceOf(key)).toBe(PAYG('287.58'));
    expect(clockwork.messages()).toEqual([]);
  });

  it('answers an error on one path, until it recovers', async () => {
    clockwork.answerWith(100, { path: '/xml/balance.aspx' });
    expect(await balanceOf(key)).toContain('<ErrNo>100</ErrNo>');
    expect(await http('balance', { key })).toBe('Balance: 287.58 (GBP)');
    expect(await balanceOf(key)).toContain('<ErrNo>100</ErrNo>');
    clockwork.recover();
    expect(await balanceOf(key)).toBe(PAYG('287.58'));
  });

  it('is out with a status', async () => {
    clockwork.outage({ status: 503, times: 1 });
    expect((await fetch(`${clockwork.baseUrl}/http/balance`)).status).toBe(503);
    expect(await balanceOf(key)).toBe(PAYG('287.58'));
    expect(clockwork.requests()).toHaveLength(1);
    expect(clockwork.received()).toBe(2);
  });

  it('breaks connections', async () => {
    clockwork.outage({ refuse: true, times: 2 });
    await expect(balanceOf(key)).rejects.toThrow('fetch failed');
    await expect(balanceOf(key)).rejects.toThrow('fetch failed');
    expect(await balanceOf(key)).toBe(PAYG('287.58'));
  });

  it('hangs, until the client gives up or it recovers', async () => {
    clockwork.outage({ hang: true });
    const signal = AbortSignal.timeout(20);
    await expect(http('balance', { key }, { signal })).rejects.toThrow('timeout');
    const waiting = expect(balanceOf(key)).rejects.toThrow('fetch failed');
    while (clockwork.received() < 2) await new Promise(setImmediate);
    await new Promise(setImmediate);
    clockwork.recover();
    await waiting;
    expect(await balanceOf(key)).toBe(PAYG('287.58'));
  });

  it('answers late what had its effect at once', async () => {
    clockwork.slow({ milliseconds: 1_000, times: 1 });
    const send = { key, to: NUMBER, content: 'x' };
    await expect(http('send', send, { signal: AbortSignal.timeout(500) })).rejects.toThrow('timeout');
    expect(clockwork.messages()).toHaveLength(1);
    expect(await http('send', send)).toBe(`To: ${NUMBER} ID: VE_2`);
  });

  it('can be stopped and started again on the same port', async () => {
    const { baseUrl } = clockwork;
    await clockwork.stop();
    await expect(fetch(baseUrl)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await clockwork.start();
    expect(await balanceOf(key)).toBe(PAYG('287.58'));
  });
});

describe('the official npm client', () => {
  it('sends an SMS and reads the balance', async () => {
    const client = loadClockworkNpmClient(clockwork.baseUrl);
    expect(await client.sendSms(key, NUMBER, 'Fish & chips')).toEqual({ success: true, id: 'VE_1' });
    expect(await client.balance(key)).toEqual({
      balance: '287.53',
      accountType: 'PAYG',
      currency: { code: 'GBP', symbol: '£' },
    });
    expect(clockwork.messages()).toMatchObject([{ to: NUMBER, content: 'Fish & chips', keyName: 'orders' }]);
    expect(clockwork.requests('orders')).toHaveLength(2);
  });

  it('is told of errors of a message', async () => {
    const client = loadClockworkNpmClient(clockwork.baseUrl);
    clockwork.setBalance(0);
    expect(await client.sendSms(key, NUMBER, 'Hello')).toEqual({
      success: false,
      errNo: '3',
      errDesc: 'Insufficient Credits Available',
    });
  });

  it('works with a key until that is deactivated', async () => {
    const client = loadClockworkNpmClient(clockwork.baseUrl);
    const next = clockwork.createKey('orders-2').key;
    clockwork.deactivate(key);
    const [old, renewed] = await Promise.all([
      client.sendSms(key, NUMBER, 'old'),
      client.sendSms(next, NUMBER, 'new'),
    ]);
    expect(old).toEqual({ success: false, errNo: '58', errDesc: 'Invalid API Key' });
    expect(renewed).toEqual({ success: true, id: 'VE_1' });
    expect(await client.balance(UNKNOWN_KEY)).toEqual({});
    expect(await client.balance(next)).toMatchObject({ balance: '287.53' });
  });

  it('fails in an outage', async () => {
    const client = loadClockworkNpmClient(clockwork.baseUrl);
    for (const outage of [{ status: 503 }, { refuse: true }] as const) {
      clockwork.outage(outage);
      await expect(client.balance(key)).rejects.toThrow('no answer from the service');
      await expect(client.sendSms(key, NUMBER, 'x')).rejects.toThrow('no answer from the service');
    }
  });
});

describe("TextAnywhere's stand-in", () => {
  let textAnywhere: TextAnywhereStandIn;

  beforeEach(async () => {
    textAnywhere = await startTextAnywhereStandIn({ seed: 'textanywhere', credits: 7 });
  });
  afterEach(() => textAnywhere.stop());

  const token = (password: string) => {
    const credentials = Buffer.from(`${textAnywhere.username}:${password}`).toString('base64');
    return fetch(`${textAnywhere.apiUrl}/token`, { headers: { Authorization: `Basic ${credentials}` } });
  };
  const status = (pair: string) => {
    const [user_key = '', Access_token = ''] = pair.split(';');
    return fetch(`${textAnywhere.apiUrl}/status`, { headers: { user_key, Access_token } });
  };

  it('gives a token for the password, and the status for the token', async () => {
    const pair = await (await token(textAnywhere.password())).text();
    expect(pair).toMatch(/^\d{5};[0-9a-z]{24}$/);
    const answer = await status(pair);
    expect([answer.status, await answer.json()]).toEqual([200, { sms: [{ type: 'GP', quantity: 7 }] }]);
    expect((await status(pair.replace(/^./, 'x'))).status).toBe(401);
    textAnywhere.revokeTokens();
    expect((await status(pair)).status).toBe(401);
  });

  it('takes the password in force only', async () => {
    const old = textAnywhere.password();
    expect(textAnywhere.renewPassword()).not.toBe(old);
    expect((await token(old)).status).toBe(401);
    expect((await token(textAnywhere.password())).status).toBe(200);
    expect((await status(';')).status).toBe(401);
  });

  it('fails as the other does', async () => {
    textAnywhere.outage({ status: 500, times: 1 });
    expect((await token(textAnywhere.password())).status).toBe(500);
    expect((await token(textAnywhere.password())).status).toBe(200);
    expect((await fetch(`${textAnywhere.apiUrl}/sms`)).status).toBe(404);
    expect((await fetch(`${textAnywhere.apiUrl}/status`, { method: 'POST' })).status).toBe(405);
  });
});
