import type { Sms } from './calls.ts';
import type { ErrorCode } from './error-codes.ts';

// GSM 03.38 in 140 bytes; a part of several has 7 characters less, for its header. Of 3 parts: 459, as documented.
const SINGLE = 160;
const ONE_OF_SEVERAL = 153;

// "A phone number in international number format without a leading '+' or international dialling prefix."
const NUMBER = /^[1-9]\d{6,14}$/;
// "A maximum of 11 characters or 12 digits."
const FROM = /^(\d{1,12}|.{1,11})$/;

/** What is sent of a message and in how many parts, or the error that the service answers. */
export function partsOf(sms: Sms): { to: string; content: string; parts: number } | ErrorCode {
  const { to, content, from, mostParts, truncate } = sms;
  if (!to) return 6;
  if (!content) return 7;
  if (!NUMBER.test(to)) return 10;
  if (from !== undefined && !FROM.test(from)) return 11;
  if (!Number.isInteger(mostParts) || mostParts < 1) return 31;
  const longest = mostParts === 1 ? SINGLE : mostParts * ONE_OF_SEVERAL;
  if (content.length > longest && !truncate) return 12;
  const sent = content.slice(0, longest);
  return { to, content: sent, parts: sent.length <= SINGLE ? 1 : Math.ceil(sent.length / ONE_OF_SEVERAL) };
}
