import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { type Call, type Operation, type Outcome, PARTS_OF_A_LONG_SMS, type Sms } from './calls.ts';
import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

/** "For performance reasons the maximum request size is 500 messages." (Send SMS using XML) */
const MOST_MESSAGES = 500;

// The official npm client asks for the balance, too, in a root called Message.
const ROOTS: Record<Operation, readonly string[]> = {
  send: ['message'],
  balance: ['balance', 'message'],
  authenticate: ['authenticate'],
  get_key: ['getkey'],
};

// Those of authenticate and get_key are not documented; the official PHP client reads any root.
const REPLIES: Record<Operation, string> = {
  send: 'Message_Resp',
  balance: 'Balance_Resp',
  authenticate: 'Authenticate_Resp',
  get_key: 'GetKey_Resp',
};

const parser = new XMLParser({
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  transformTagName: (name) => name.toLowerCase(),
  isArray: (name) => name === 'sms',
});
const builder = new XMLBuilder();

/** Reads a request, its tags in any case, or says with which error the service would turn it down. */
export function readXml(operation: Operation, body: string): Call | ErrorCode {
  if (XMLValidator.validate(body) !== true) return 102;
  const [[root, content] = []] = Object.entries(parser.parse(body) as Record<string, unknown>);
  if (!root || !ROOTS[operation].includes(root)) return 103;
  const element = isElement(content) ? content : {};
  const messages = Array.isArray(element['sms']) ? element['sms'] : [];
  // With which code the service turns down too many, or a message without an SMS, is not documented.
  if (messages.length > MOST_MESSAGES) return 103;
  if (operation === 'send' && messages.length === 0) return 103;
  return {
    key: textOf(element['key'])?.trim(),
    username: textOf(element['username'])?.trim(),
    password: textOf(element['password']),
    name: textOf(element['name'])?.trim(),
    messages: messages.map(smsOf),
  };
}

/** The service's answer in XML. */
export function writeXml(operation: Operation, outcome: Outcome): string {
  const reply = builder.build({ [REPLIES[operation]]: contentOf(outcome) });
  return `<?xml version="1.0" encoding="utf-8"?>${reply}`;
}

function contentOf(outcome: Outcome): object {
  if ('code' in outcome) return errorOf(outcome.code);
  if ('custId' in outcome) return { CustID: outcome.custId };
  if ('key' in outcome) return { Key: outcome.key };
  if ('balance' in outcome) {
    const { type, amount, currency } = outcome.balance;
    return {
      AccountType: type,
      Balance: amount,
      Currency: { Code: currency.code, Symbol: currency.symbol },
    };
  }
  return {
    SMS_Resp: outcome.results.map((result) => ({
      To: result.to,
      ...('code' in result ? errorOf(result.code) : { MessageID: result.messageId }),
      WrapperID: result.wrapperId,
    })),
  };
}

function errorOf(code: ErrorCode) {
  return { ErrNo: code, ErrDesc: ERROR_CODES[code] };
}

function smsOf(value: unknown): Sms {
  const sms = isElement(value) ? value : {};
  const concat = Number(textOf(sms['concat']) ?? 1);
  return {
    to: textOf(sms['to'])?.trim(),
    content: textOf(sms['content']),
    from: textOf(sms['from'])?.trim(),
    mostParts: textOf(sms['long']) === '1' ? PARTS_OF_A_LONG_SMS : concat,
    truncate: textOf(sms['truncate']) === '1',
    wrapperId: textOf(sms['wrapperid']),
  };
}

/** An empty tag counts as one that is not there. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isElement(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
