import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { KeyProbe, KeyStanding } from '../model/key-probe.ts';
import type { MintedKey } from '../ports.ts';

/** An answer of Clockwork's XML interface. Its body is hostile text: nothing of it is repeated but codes that are known. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Clockwork's codes and words ("Error codes" of the Clockwork SMS API documentation). */
export const clockworkErrors: ReadonlyMap<number, string> = new Map([
  [1, 'Internal Error'],
  [2, 'Invalid Username Or Password'],
  [3, 'Insufficient Credits Available'],
  [4, 'Authentication Failure'],
  [5, 'Invalid MsgType'],
  [6, "'To' Parameter Not Specified"],
  [7, "'Content' Parameter Not Specified"],
  [8, "'MessageID' Parameter Not Specified"],
  [9, "Unknown 'MessageID'"],
  [10, "Invalid 'To' Parameter"],
  [11, "Invalid 'From' Parameter"],
  [12, 'Message too long'],
  [13, 'Cannot Route Message'],
  [14, 'Message Expired'],
  [15, 'No route defined for this number'],
  [16, "'URL' parameter not set"],
  [17, 'Invalid Source IP'],
  [18, "'UDH' Parameter Not Specified"],
  [19, "Invalid 'ServType' Parameter"],
  [20, "Invalid 'ExpiryTime' Parameter"],
  [25, 'Duplicate Client ID received'],
  [26, 'Internal Error'],
  [27, "Invalid 'TimeStamp' Parameter"],
  [28, "Invalid 'AbsExpiry' Parameter"],
  [29, "Invalid 'DlrType' Parameter"],
  [31, "Invalid 'Concat' Parameter"],
  [32, "Invalid 'UniqueId' Parameter"],
  [33, 'Client ID required'],
  [39, "Invalid character in 'Content' parameter"],
  [40, 'Invalid TextPayload'],
  [41, 'Invalid HexPayload'],
  [42, 'Invalid Base64Payload'],
  [43, 'Missing content type'],
  [44, 'Missing ID'],
  [45, 'MMS Message too large'],
  [46, 'Invalid Payload ID'],
  [47, 'Duplicate Payload ID'],
  [48, 'No payload on MMS'],
  [49, "Duplicate 'filename' Attribute on Payload"],
  [50, "'ItemId' Parameter Not Specified"],
  [51, "Invalid 'ItemId' Parameter"],
  [52, 'Unable to generate filename for Content-Type'],
  [53, "Invalid 'InvalidCharAction' Parameter"],
  [54, "Invalid 'DlrEnroute' Parameter"],
  [55, "Invalid 'Truncate' Parameter"],
  [56, "Invalid 'Long' Parameter"],
  [57, 'No API Key Provided'],
  [58, 'Invalid API Key'],
  [59, 'Account must use API Keys'],
  [60, 'Blocked by Spam filter'],
  [100, 'Internal Error'],
  [101, 'Internal Error'],
  [102, 'Invalid XML'],
  [103, 'XML document does not validate'],
  [300, 'Client ID too long'],
  [305, 'Query throttling rate exceeded'],
]);

/**
 * What a code says of the key that was asked about. 17 locks accounts to addresses, and 60 is about what was sent: neither
 * proves a new key nor shows an old one to be dead. Codes about messages say nothing.
 */
const standings: ReadonlyMap<number, KeyStanding> = new Map<number, KeyStanding>([
  [2, 'invalid'],
  [4, 'invalid'],
  [57, 'invalid'],
  [58, 'invalid'],
  [59, 'invalid'],
  [3, 'unfunded'],
  [17, 'restricted'],
  [60, 'restricted'],
  [1, 'retry'],
  [26, 'retry'],
  [100, 'retry'],
  [101, 'retry'],
  [305, 'retry'],
]);

export const clockworkStanding = (code: number): KeyStanding => standings.get(code) ?? 'unknown';

const keyShape = /^[0-9a-f]{40}$/i;

/** @returns what is wrong with a text that cannot be a key of Clockwork; says of the text its length at most */
export function clockworkKeyProblem(key: string): string | undefined {
  if (keyShape.test(key)) return undefined;
  const found =
    key.length === 0
      ? 'this is empty'
      : key.trim() !== key
        ? 'this begins or ends with white space'
        : key.length !== 40
          ? `this has ${key.length} ${key.length === 1 ? 'character' : 'characters'}`
          : 'this has other characters';
  return `a Clockwork key is 40 hexadecimal characters; ${found}`;
}

/** Interprets the answer to `/xml/balance`. Only the documented shape, complete, shows that a key works. */
export function balanceAnswer(answer: HttpAnswer): KeyProbe {
  const content = contentOf(answer, 'Balance_Resp');
  if ('unreadable' in content) return { standing: 'retry', reason: content.unreadable };
  const code = codeIn(content.fields);
  if (code !== undefined) return { standing: clockworkStanding(code), reason: errorText(code) };
  const balance = balanceIn(content.fields);
  if (!balance) return { standing: 'unknown', reason: 'answers with neither a balance nor a known error' };
  return balance.kind === 'prepaid' && balance.amount <= 0
    ? { standing: 'unfunded', reason: 'the key works, and the account has no credit left', balance }
    : { standing: 'valid', reason: 'the key works', balance };
}

/** @returns the id of the account that a key belongs to, from the answer to `/xml/authenticate` */
export function accountAnswer(answer: HttpAnswer): string | undefined {
  const content = contentOf(answer, 'Authenticate_Resp');
  if ('unreadable' in content || 'ErrNo' in content.fields) return undefined;
  const { CustID: id } = content.fields;
  return typeof id === 'string' && /^[\w.-]{1,64}$/.test(id) ? id : undefined;
}

/** The interface is not there (RFC 9110): no key was made, and none will be. */
const notServed: ReadonlySet<number> = new Set([404, 405, 410]);

/** Interprets the answer to `/xml/get_key`, which makes a key each time it is asked. */
export function mintAnswer(answer: HttpAnswer): MintedKey {
  if (notServed.has(answer.status)) {
    return { refused: `makes no keys on request any more (HTTP ${answer.status})` };
  }
  const content = contentOf(answer, 'GetKey_Resp');
  if ('unreadable' in content) return { retry: content.unreadable };
  const code = codeIn(content.fields);
  if (code !== undefined) {
    return clockworkStanding(code) === 'retry' ? { retry: errorText(code) } : { refused: errorText(code) };
  }
  const { Key: key } = content.fields;
  return typeof key === 'string' && !('ErrNo' in content.fields) && keyShape.test(key)
    ? { key }
    : { retry: 'answers with neither a key nor a known error' };
}

const errorText = (code: number): string => `${code} ${clockworkErrors.get(code) ?? 'undocumented error'}`;

type Fields = Readonly<Record<string, unknown>>;

/** Entities stay as they are: no field that is used has one. */
const parser = new XMLParser({ parseTagValue: false, processEntities: false });

/** Errors come with status 200 too; another status is no answer of Clockwork's. */
function contentOf(
  { status, body }: HttpAnswer,
  root: string,
): { readonly fields: Fields } | { readonly unreadable: string } {
  if (status !== 200) return { unreadable: `answers with HTTP ${status}` };
  const text = body.trim();
  if (text === '') return { unreadable: 'answers with nothing' };
  const other = { unreadable: 'answers with something that is not of its interface, perhaps of a proxy' };
  if (XMLValidator.validate(text) !== true) return other;
  try {
    const { '?xml': _, ...roots } = parser.parse(text) as Fields;
    const fields = roots[root];
    if (Object.keys(roots).length !== 1 || fields === undefined || Array.isArray(fields)) return other;
    return { fields: isFields(fields) ? fields : {} };
  } catch {
    return other;
  }
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const codeIn = ({ ErrNo: code }: Fields): number | undefined =>
  typeof code === 'string' && /^\d{1,4}$/.test(code) ? Number(code) : undefined;

const balanceKinds = { PAYG: 'prepaid', Invoice: 'spent' } as const;

function balanceIn(fields: Fields): KeyProbe['balance'] {
  const { AccountType: type, Balance: amount, Currency: currency } = fields;
  const code = isFields(currency) ? currency['Code'] : undefined;
  if ('ErrNo' in fields || (type !== 'PAYG' && type !== 'Invoice')) return undefined;
  if (typeof amount !== 'string' || !/^-?\d{1,12}(\.\d{1,6})?$/.test(amount)) return undefined;
  if (typeof code !== 'string' || !/^[A-Z]{3}$/.test(code)) return undefined;
  return { amount: Number(amount), currency: code, kind: balanceKinds[type] };
}
