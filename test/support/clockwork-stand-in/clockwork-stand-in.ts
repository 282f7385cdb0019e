import {
  type Bounded,
  bounded,
  type LoopbackReply,
  type LoopbackRequest,
  type LoopbackServer,
  startLoopbackServer,
  text,
} from '../loopback-server.ts';
import {
  type Account,
  type AccountOptions,
  Accounts,
  type IssuedKey,
  type KeyEntry,
  type ThrottlingRate,
} from './accounts.ts';
import type { Balance, Call, Operation, Outcome, Sms, SmsResult } from './calls.ts';
import type { ErrorCode } from './error-codes.ts';
import { readParameters, writeLines } from './http-interface.ts';
import { partsOf } from './message-parts.ts';
import { seededHex } from './seeded-secrets.ts';
import { readXml, writeXml } from './xml-interface.ts';

export interface ClockworkStandInOptions {
  /** Default: one PAYG account with 287.58 GBP. */
  accounts?: AccountOptions[];
  /** Price of an SMS part, in the account's currency; default 0.05. */
  pricePerPart?: number;
  now?: () => Date;
  /** From it keys and passwords are made; default: random. */
  seed?: string;
  /** Default: a free one. */
  port?: number;
}

/** A message that the stand-in accepted. */
export interface AcceptedSms {
  time: string;
  messageId: string;
  to: string;
  content: string;
  from?: string;
  parts: number;
  keyName: string;
}

/** A request that reached the service, without the key. */
export interface ClockworkRequest {
  time: string;
  /** Without `.aspx`, in lower case, and without the query: a key may be in it. */
  path: string;
  /** Absent where no key or an unknown one was sent. */
  keyName?: string;
  /** The error that the whole request was answered with. */
  code?: ErrorCode;
}

export interface ClockworkStandIn extends LoopbackServer {
  /** Accounts with what get_key needs, in the order of the options. */
  accounts(): Account[];
  /** The first account's balance, or that of one. */
  balance(custId?: string): Balance;
  setBalance(amount: number, custId?: string): void;
  /** As the dashboard does it: the only place that shows the key. */
  createKey(name: string, custId?: string): IssuedKey;
  /** As the dashboard does it, the API has no call for it. By name: all keys of that name. */
  deactivate(keyOrName: string): void;
  /** Other addresses are answered with 17. */
  lock(keyOrName: string, addresses: readonly string[]): void;
  unlock(keyOrName: string): void;
  keys(): KeyEntry[];
  /** Answers 305 beyond this rate, or never again. */
  throttle(rate: ThrottlingRate | undefined): void;
  /** Answers an error and does nothing, `times` times or until recover(), on all paths or on one. */
  answerWith(code: ErrorCode, options?: { times?: number; path?: string }): void;
  /** Ends outages, slow answers, and what answerWith() asked for. */
  recover(): void;
  /** Accepted messages, oldest first. */
  messages(): AcceptedSms[];
  /** Requests that met no outage, oldest first; of one key where its name is given. */
  requests(keyName?: string): ClockworkRequest[];
}

type Interface = 'xml' | 'http';

const OPERATIONS: Record<string, { by: Interface; operation: Operation }> = {
  '/xml/send': { by: 'xml', operation: 'send' },
  // As the official client in PHP calls it.
  '/xml/sms': { by: 'xml', operation: 'send' },
  '/xml/balance': { by: 'xml', operation: 'balance' },
  '/xml/authenticate': { by: 'xml', operation: 'authenticate' },
  '/xml/get_key': { by: 'xml', operation: 'get_key' },
  '/http/send': { by: 'http', operation: 'send' },
  '/http/balance': { by: 'http', operation: 'balance' },
};

/**
 * Stands for the Clockwork SMS API (api.clockworksms.com) on 127.0.0.1: its XML and its HTTP interface, the life of its
 * keys, and its failures on request. Where the documents are silent, the code says so.
 */
export async function startClockworkStandIn(
  options: ClockworkStandInOptions = {},
): Promise<ClockworkStandIn> {
  const { now = () => new Date(), pricePerPart = 0.05 } = options;
  const accounts = new Accounts(options.accounts ?? [{}], now, seededHex(options.seed));
  const messages: AcceptedSms[] = [];
  const requests: ClockworkRequest[] = [];
  const wanted = new Map<string | undefined, Bounded<ErrorCode>>();

  const wantedAt = (path: string) => wanted.get(path)?.take() ?? wanted.get(undefined)?.take();

  const perform = (operation: Operation, call: Call, address: string): Outcome => {
    if (operation === 'get_key') {
      // A key without a name: that the document is turned down is a guess.
      if (!call.name) return { code: 103 };
      const issued = accounts.issueByPassword(call.username, call.password, call.name);
      return typeof issued === 'number' ? { code: issued } : { key: issued.key };
    }
    const caller = accounts.authenticate(call, address);
    if (typeof caller === 'number') return { code: caller };
    const { account, keyName } = caller;
    if (operation === 'authenticate') return { custId: account.custId };
    if (operation === 'balance') return { balance: accounts.balanceOf(account) };

    const send = (sms: Sms): SmsResult => {
      const { to, wrapperId, from } = sms;
      const fitting = partsOf(sms);
      if (typeof fitting === 'number') return { to, wrapperId, code: fitting };
      // That credit is asked for message by message, and not once for all of them, is a guess.
      if (!accounts.charge(account, fitting.parts * pricePerPart)) return { to, wrapperId, code: 3 };
      const messageId = `VE_${messages.length + 1}`;
      messages.push({
        time: now().toISOString(),
        messageId,
        ...fitting,
        ...(from === undefined ? {} : { from }),
        keyName,
      });
      return { to, wrapperId, messageId };
    };
    return { results: call.messages.map(send) };
  };

  const answer = (request: LoopbackRequest): LoopbackReply => {
    const { pathname, searchParams } = new URL(request.target, 'http://127.0.0.1');
    const path = pathOf(pathname);
    const route = OPERATIONS[path];
    if (!route) return text(404, 'Not Found');
    if (request.method !== 'POST' && request.method !== 'GET') return text(405, 'Method Not Allowed');
    const { by, operation } = route;
    const read =
      by === 'xml'
        ? readXml(operation, request.body)
        : readParameters([...searchParams, ...new URLSearchParams(request.body)]);
    const wantedCode = wantedAt(path);
    let outcome: Outcome;
    if (wantedCode !== undefined) outcome = { code: wantedCode };
    else if (typeof read === 'number') outcome = { code: read };
    else outcome = perform(operation, read, request.address);
    const keyName = typeof read === 'number' ? undefined : accounts.nameOf(read.key);
    requests.push({
      time: now().toISOString(),
      path,
      ...(keyName === undefined ? {} : { keyName }),
      ...('code' in outcome ? { code: outcome.code } : {}),
    });
    return reply(by, operation, outcome);
  };

  const server = await startLoopbackServer(answer, options.port);
  return {
    ...server,
    accounts: () => accounts.list(),
    balance: (custId) => accounts.balance(custId),
    setBalance: (amount, custId) => accounts.setBalance(amount, custId),
    createKey: (name, custId) => accounts.createKey(name, custId),
    deactivate: (keyOrName) => accounts.deactivate(keyOrName),
    lock: (keyOrName, addresses) => accounts.lock(keyOrName, addresses),
    unlock: (keyOrName) => accounts.unlock(keyOrName),
    keys: () => accounts.keys(),
    throttle: (rate) => accounts.throttle(rate),
    answerWith: (code, { times, path } = {}) => {
      const fault = bounded<ErrorCode>();
      fault.set(code, times);
      wanted.set(path === undefined ? undefined : pathOf(path), fault);
    },
    recover: () => {
      server.recover();
      wanted.clear();
    },
    messages: () => [...messages],
    requests: (keyName) => requests.filter((request) => keyName === undefined || request.keyName === keyName),
  };
}

function pathOf(pathname: string): string {
  return pathname.toLowerCase().replace(/\.aspx$/, '');
}

/** Errors, too, come with status 200. */
function reply(by: Interface, operation: Operation, outcome: Outcome): LoopbackReply {
  return by === 'xml'
    ? { status: 200, contentType: 'text/xml; charset=utf-8', body: writeXml(operation, outcome) }
    : text(200, writeLines(outcome));
}
