import { type Call, type Outcome, PARTS_OF_A_LONG_SMS } from './calls.ts';
import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

/** "Up to 50 comma separated numbers." (Send SMS via HTTP) */
const MOST_NUMBERS = 50;

/** Reads parameters of a query or a form, their names in any case. */
export function readParameters(parameters: Iterable<[string, string]>): Call | ErrorCode {
  const given = new Map([...parameters].map(([name, value]) => [name.toLowerCase(), value]));
  const parameter = (name: string) => given.get(name) || undefined;
  const numbers = parameter('to')?.split(',');
  // With which code the service turns down too many is not documented.
  if (numbers && numbers.length > MOST_NUMBERS) return 10;
  return {
    key: parameter('key'),
    username: parameter('username'),
    password: parameter('password'),
    messages: (numbers ?? [undefined]).map((to) => ({
      to: to?.trim(),
      content: parameter('content'),
      from: parameter('from'),
      mostParts: parameter('long') === '1' ? PARTS_OF_A_LONG_SMS : 1,
    })),
  };
}

/** The service's answer in plain text, a line for each number. */
export function writeLines(outcome: Outcome): string {
  if ('code' in outcome) return errorOf(outcome.code);
  if ('balance' in outcome) return `Balance: ${outcome.balance.amount} (${outcome.balance.currency.code})`;
  if (!('results' in outcome)) throw new Error('The HTTP interface only sends and tells the balance');
  return outcome.results
    .map((result) => {
      const { to = '' } = result;
      return 'code' in result ? `To: ${to} ${errorOf(result.code)}` : `To: ${to} ID: ${result.messageId}`;
    })
    .join('\n');
}

function errorOf(code: ErrorCode): string {
  return `Error ${code}: ${ERROR_CODES[code]}`;
}
