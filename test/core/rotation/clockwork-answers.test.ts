import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { KeyStanding } from '../../../functions/core/model/key-probe.ts';
import {
  accountAnswer,
  balanceAnswer,
  clockworkErrors,
  clockworkKeyProblem,
  clockworkStanding,
  mintAnswer,
} from '../../../functions/core/rotation/clockwork-answers.ts';

const ok = (body: string) => ({ status: 200, body });
const xml = '<?xml version="1.0" encoding="utf-8"?>\n';
const balance = (type: string, amount: string, currency = '<Code>GBP</Code><Symbol>£</Symbol>') =>
  `${xml}<Balance_Resp><AccountType>${type}</AccountType><Balance>${amount}</Balance><Currency>${currency}</Currency></Balance_Resp>`;
const error = (root: string, code: number | string, words = 'their words') =>
  `${xml}<${root}><ErrNo>${code}</ErrNo><ErrDesc>${words}</ErrDesc></${root}>`;
const hex = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...'0123456789abcdefABCDEF'),
    minLength: length,
    maxLength: length,
  });

describe("Clockwork's codes", () => {
  const standings: Record<Exclude<KeyStanding, 'unknown' | 'valid'>, number[]> = {
    invalid: [2, 4, 57, 58, 59],
    unfunded: [3],
    restricted: [17, 60],
    retry: [1, 26, 100, 101, 305],
  };

  test.each(Object.entries(standings))('%s', (standing, codes) => {
    for (const code of codes) {
      expect(balanceAnswer(ok(error('Balance_Resp', code)))).toEqual({
        standing,
        reason: `${code} ${clockworkErrors.get(code)}`,
      });
    }
  });

  test('every other code says nothing of the key, whether documented or not', () => {
    const judged = Object.values(standings).flat();
    const others = [...clockworkErrors.keys(), 0, 999, 9999].filter((code) => !judged.includes(code));
    expect(others).toHaveLength(clockworkErrors.size - judged.length + 3);
    expect(new Set(others.map(clockworkStanding))).toEqual(new Set(['unknown']));
  });

  test('an undocumented code is told without the words that came with it', () => {
    expect(balanceAnswer(ok(error('Balance_Resp', 777, 'click here')))).toEqual({
      standing: 'unknown',
      reason: '777 undocumented error',
    });
  });
});

describe('the balance', () => {
  test.each([
    ['PAYG', '287.58', { standing: 'valid', balance: { amount: 287.58, currency: 'GBP', kind: 'prepaid' } }],
    ['PAYG', '0', { standing: 'unfunded', balance: { amount: 0, currency: 'GBP', kind: 'prepaid' } }],
    ['PAYG', '-0.40', { standing: 'unfunded', balance: { amount: -0.4, currency: 'GBP', kind: 'prepaid' } }],
    ['Invoice', '0', { standing: 'valid', balance: { amount: 0, currency: 'GBP', kind: 'spent' } }],
    ['Invoice', '12.5', { standing: 'valid', balance: { amount: 12.5, currency: 'GBP', kind: 'spent' } }],
  ])('%s %s', (type, amount, expected) => {
    expect(balanceAnswer(ok(balance(type, amount)))).toMatchObject(expected);
  });

  test.each([
    ['another type of account', balance('Trial', '1')],
    ['no number', balance('PAYG', '1,000')],
    ['no currency', balance('PAYG', '1', '')],
    ['a number twice', balance('PAYG', '1</Balance><Balance>2')],
    ['nothing', '<Balance_Resp/>'],
    ['text', '<Balance_Resp>fine</Balance_Resp>'],
    ['an error that is no number', error('Balance_Resp', 'none')],
    ['two errors', error('Balance_Resp', '58</ErrNo><ErrNo>17')],
    [
      'a balance besides an unreadable error',
      balance('PAYG', '1').replace('<AccountType>', '<ErrNo/><AccountType>'),
    ],
  ])('%s says nothing of the key', (_, body) => {
    expect(balanceAnswer(ok(body)).standing).toBe('unknown');
  });

  test.each([
    ['nothing', ok('')],
    ['white space', ok(' \r\n')],
    ['text', ok('OK')],
    ['half an answer', ok('<Balance_Resp><ErrNo>58</ErrNo>')],
    ["a proxy's page", ok('<!DOCTYPE html><html><body>58 Invalid API Key</body></html>')],
    ['another root', ok(error('Message_Resp', 58))],
    ['two roots', ok('<Balance_Resp><ErrNo>58</ErrNo></Balance_Resp><Balance_Resp/>')],
    ['a second root', ok(`${error('Balance_Resp', 58)}<other/>`)],
    ['a reserved name', ok('<Balance_Resp><__proto__><ErrNo>58</ErrNo></__proto__></Balance_Resp>')],
    ['the plain text interface', ok('Error 58: Invalid API Key')],
    ['a redirection', { status: 302, body: error('Balance_Resp', 58) }],
    ['a failure', { status: 503, body: error('Balance_Resp', 58) }],
  ])('%s is no answer of Clockwork', (_, answer) => {
    const { standing, reason } = balanceAnswer(answer);
    expect(standing).toBe('retry');
    expect(reason).toMatch(/^answers with (nothing|HTTP \d+|something that is not of its interface.*)$/);
  });

  const reasons = new RegExp(
    `^(${[
      'the key works',
      'the key works, and the account has no credit left',
      'answers with neither a balance nor a known error',
      'answers with nothing',
      'answers with HTTP \\d{3}',
      'answers with something that is not of its interface, perhaps of a proxy',
      `\\d{1,4} (undocumented error|${[...clockworkErrors.values()]
        .map((words) => words.replace(/[()]/g, '\\$&'))
        .join('|')})`,
    ].join('|')})$`,
  );
  const exact =
    /^\s*(<\?xml [^>]*>)?\s*<Balance_Resp><AccountType>(PAYG|Invoice)<\/AccountType><Balance>-?\d+(\.\d+)?<\/Balance><Currency><Code>[A-Z]{3}<\/Code>(<Symbol>[^<]*<\/Symbol>)?<\/Currency><\/Balance_Resp>\s*$/;

  test('no text but the documented one shows that a key works, and no text is repeated', () => {
    const word = fc.oneof(
      fc.constantFrom(
        '<Balance_Resp>',
        '</Balance_Resp>',
        '<AccountType>PAYG</AccountType>',
        '<Balance>1</Balance>',
        '<Balance>',
        '</Balance>',
        '<Currency><Code>GBP</Code></Currency>',
        '<ErrNo>58</ErrNo>',
        '<html>',
        '</html>',
        xml,
        '5',
      ),
      fc.string(),
    );
    const bodies = fc.oneof(
      fc.array(word, { maxLength: 8 }).map((words) => words.join('')),
      // One edit of the documented answer.
      fc.tuple(fc.nat(), fc.nat(12), fc.string({ maxLength: 8 })).map(([place, length, text]) => {
        const whole = balance('PAYG', '287.58');
        const from = place % whole.length;
        return whole.slice(0, from) + text + whole.slice(from + length);
      }),
    );
    fc.assert(
      fc.property(bodies, fc.constantFrom(200, 200, 302, 401, 500), (body, status) => {
        const { standing, reason } = balanceAnswer({ status, body });
        expect(reason).toMatch(reasons);
        if (standing === 'valid' && !exact.test(body)) {
          // XML has more than one way to write the same: what is different must be outside of what is read.
          expect(status).toBe(200);
          expect(body).toMatch(/<Balance_Resp[\s\S]*PAYG[\s\S]*\d[\s\S]*[A-Z]{3}[\s\S]*<\/Balance_Resp/);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('a code is judged by itself, whatever surrounds it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...clockworkErrors.keys()),
        fc.stringMatching(/^[\w ]*$/),
        (code, words) => {
          expect(balanceAnswer(ok(error('Balance_Resp', code, words)))).toEqual({
            standing: clockworkStanding(code),
            reason: `${code} ${clockworkErrors.get(code)}`,
          });
        },
      ),
    );
  });
});

describe('the account', () => {
  const answer = (content: string) => ok(`${xml}<Authenticate_Resp>${content}</Authenticate_Resp>`);

  test('is told by its id', () => {
    expect(accountAnswer(answer('<CustID>12345</CustID>'))).toBe('12345');
  });

  test.each([
    ['an error', answer('<ErrNo>58</ErrNo>')],
    ['an error besides', answer('<CustID>12345</CustID><ErrNo>58</ErrNo>')],
    ['nothing', answer('')],
    ['two', answer('<CustID>1</CustID><CustID>2</CustID>')],
    ['no id', answer('<CustID>a long story about something</CustID>')],
    ['another root', ok('<Balance_Resp><CustID>1</CustID></Balance_Resp>')],
    ['a failure', { status: 500, body: '<Authenticate_Resp><CustID>1</CustID></Authenticate_Resp>' }],
  ])('is not known by %s', (_, body) => {
    expect(accountAnswer(body)).toBeUndefined();
  });
});

describe('a key that Clockwork made', () => {
  const answer = (content: string, status = 200) => ({
    status,
    body: `${xml}<GetKey_Resp>${content}</GetKey_Resp>`,
  });

  test('is taken where it has the shape of a key', () => {
    fc.assert(
      fc.property(hex(40), (key) => {
        expect(mintAnswer(answer(`<Key>${key}</Key>`))).toEqual({ key });
        expect(clockworkKeyProblem(key)).toBeUndefined();
      }),
    );
  });

  test.each([
    [answer('<ErrNo>2</ErrNo>'), '2 Invalid Username Or Password'],
    [answer('<ErrNo>17</ErrNo>'), '17 Invalid Source IP'],
    [answer('<ErrNo>777</ErrNo>'), '777 undocumented error'],
    [{ status: 404, body: 'not here' }, 'makes no keys on request any more (HTTP 404)'],
    [{ status: 410, body: '' }, 'makes no keys on request any more (HTTP 410)'],
  ])('is refused: %j', (given, refused) => {
    expect(mintAnswer(given)).toEqual({ refused });
  });

  test.each([
    [answer('<ErrNo>100</ErrNo>'), '100 Internal Error'],
    [answer('<ErrNo>305</ErrNo>'), '305 Query throttling rate exceeded'],
    [answer('<Key>of another shape</Key>'), 'answers with neither a key nor a known error'],
    [answer(''), 'answers with neither a key nor a known error'],
    [answer('', 500), 'answers with HTTP 500'],
    [{ status: 200, body: '' }, 'answers with nothing'],
  ])('may have been made: %j', (given, retry) => {
    expect(mintAnswer(given)).toEqual({ retry });
  });

  test('no answer repeats what it is not', () => {
    fc.assert(
      fc.property(hex(39), fc.constantFrom(...'g-_ '), fc.nat(39), (characters, other, place) => {
        const text = characters.slice(0, place) + other + characters.slice(place);
        expect(JSON.stringify(mintAnswer(answer(`<Key>${text}</Key>`)))).not.toContain(
          characters.slice(0, 8),
        );
      }),
    );
  });
});

describe('the shape of a key', () => {
  test('is told without the text itself', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 60 }), hex(39), hex(41)), (text) => {
        fc.pre(!/^[0-9a-f]{40}$/i.test(text));
        expect(clockworkKeyProblem(text)).toMatch(
          /^a Clockwork key is 40 hexadecimal characters; this (is empty|begins or ends with white space|has \d+ characters?|has other characters)$/,
        );
      }),
    );
  });

  test.each([
    ['', 'this is empty'],
    ['z', 'this has 1 character'],
    ['0'.repeat(39), 'this has 39 characters'],
    [`${'0'.repeat(40)}\n`, 'this begins or ends with white space'],
    [`${'0'.repeat(39)}z`, 'this has other characters'],
    [`${'0'.repeat(40)}\n0`, 'this has 42 characters'],
  ])('%j', (text, problem) => {
    expect(clockworkKeyProblem(text)).toBe(`a Clockwork key is 40 hexadecimal characters; ${problem}`);
  });
});
