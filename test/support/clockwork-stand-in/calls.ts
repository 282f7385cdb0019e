import type { ErrorCode } from './error-codes.ts';

/** What the service is asked to do, whichever interface asks. */
export type Operation = 'send' | 'balance' | 'authenticate' | 'get_key';

/** One message as it was asked for; what is missing or wrong is found out when it is sent. */
export interface Sms {
  to: string | undefined;
  content: string | undefined;
  from?: string | undefined;
  /** Parts it may take: `Concat`, or 3 where `Long` is set. */
  mostParts: number;
  truncate?: boolean;
  /** The official clients in PHP and Ruby match answers to messages by it. */
  wrapperId?: string | undefined;
}

export interface Call {
  key?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
  /** Of the key to make. */
  name?: string | undefined;
  messages: Sms[];
}

export type SmsResult = { to: string | undefined; wrapperId?: string | undefined } & (
  | { messageId: string }
  | { code: ErrorCode }
);

export type AccountType = 'PAYG' | 'Invoice';

export interface Balance {
  type: AccountType;
  /** What is left, or with an invoice account what was spent this month. */
  amount: string;
  currency: { code: string; symbol: string };
}

export type Outcome =
  | { code: ErrorCode }
  | { results: SmsResult[] }
  | { balance: Balance }
  | { custId: string }
  | { key: string };

/** Concatenated SMS of the documented `long`: up to 459 characters. */
export const PARTS_OF_A_LONG_SMS = 3;
