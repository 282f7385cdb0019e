import type { AccountType, Balance } from './calls.ts';
import type { ErrorCode } from './error-codes.ts';

export interface AccountOptions {
  custId?: string;
  type?: AccountType;
  /** Credit, or with an invoice account what was spent this month; in the currency. */
  balance?: number;
  currency?: { code: string; symbol: string };
  username?: string;
  /** Default: made from the seed. */
  password?: string;
}

/** An account as the test knows it. */
export interface Account {
  custId: string;
  type: AccountType;
  username: string;
  /** For get_key. */
  password: string;
}

/** A key as the dashboard lists it: without the key. */
export interface KeyEntry {
  name: string;
  custId: string;
  active: boolean;
  created: string;
}

/** A new key. */
export interface IssuedKey {
  key: string;
  name: string;
}

/** At most `requests` within `seconds`, for each account. */
export interface ThrottlingRate {
  requests: number;
  seconds: number;
}

interface StoredAccount extends Account {
  currency: { code: string; symbol: string };
  credit: number;
  spent: Map<string, number>;
  recent: number[];
}

interface StoredKey extends IssuedKey {
  account: StoredAccount;
  active: boolean;
  created: string;
  /** Addresses that may use it; default: any. */
  addresses?: readonly string[];
}

// Amounts are kept as whole numbers, so that 287.58 less 0.05 is 287.53.
const UNITS = 10_000;

/** What the service knows of its customers: their accounts, keys and credit. */
export class Accounts {
  readonly #accounts: StoredAccount[];
  readonly #keys: StoredKey[] = [];
  readonly #now: () => Date;
  readonly #newKey: () => string;
  #rate: ThrottlingRate | undefined;

  constructor(accounts: readonly AccountOptions[], now: () => Date, newKey: () => string) {
    this.#now = now;
    this.#newKey = newKey;
    this.#accounts = accounts.map((options, index) => {
      const { type = 'PAYG', balance = type === 'PAYG' ? 287.58 : 0 } = options;
      const amount = Math.round(balance * UNITS);
      return {
        custId: options.custId ?? String(1001 + index),
        type,
        username: options.username ?? `customer-${index + 1}`,
        password: options.password ?? newKey(),
        currency: options.currency ?? { code: 'GBP', symbol: '£' },
        credit: type === 'PAYG' ? amount : 0,
        spent: new Map(type === 'Invoice' ? [[this.#month(), amount]] : []),
        recent: [],
      };
    });
  }

  list(): Account[] {
    return this.#accounts.map(({ custId, type, username, password }) => ({
      custId,
      type,
      username,
      password,
    }));
  }

  keys(): KeyEntry[] {
    return this.#keys.map(({ name, account, active, created }) => ({
      name,
      custId: account.custId,
      active,
      created,
    }));
  }

  createKey(name: string, custId?: string): IssuedKey {
    return this.#issue(this.#account(custId), name);
  }

  deactivate(keyOrName: string): void {
    for (const entry of this.#known(keyOrName)) entry.active = false;
  }

  lock(keyOrName: string, addresses: readonly string[]): void {
    for (const entry of this.#known(keyOrName)) entry.addresses = [...addresses];
  }

  unlock(keyOrName: string): void {
    for (const entry of this.#known(keyOrName)) delete entry.addresses;
  }

  throttle(rate: ThrottlingRate | undefined): void {
    this.#rate = rate;
    for (const account of this.#accounts) account.recent = [];
  }

  setBalance(amount: number, custId?: string): void {
    const account = this.#account(custId);
    const units = Math.round(amount * UNITS);
    if (account.type === 'PAYG') account.credit = units;
    else account.spent.set(this.#month(), units);
  }

  /** A key's name, also of one that was deactivated. */
  nameOf(key: string | undefined): string | undefined {
    return this.#keys.find((entry) => entry.key === key)?.name;
  }

  /** Who asks, or the error that the service answers. */
  authenticate(
    {
      key,
      username,
      password,
    }: { key?: string | undefined; username?: string | undefined; password?: string | undefined },
    address: string,
  ): { account: StoredAccount; keyName: string } | ErrorCode {
    // The clients still have the way of before there were keys; what the service says to it is the sense of 59.
    if (!key && (username || password)) return this.#withPassword(username, password) ? 59 : 2;
    if (!key) return 57;
    const entry = this.#keys.find((candidate) => candidate.key === key);
    if (!entry?.active) return 58;
    if (entry.addresses && !entry.addresses.includes(address)) return 17;
    if (this.#isThrottled(entry.account)) return 305;
    return { account: entry.account, keyName: entry.name };
  }

  /** A new key for who knows the account's password. Names need not be unique. */
  issueByPassword(
    username: string | undefined,
    password: string | undefined,
    name: string,
  ): IssuedKey | ErrorCode {
    const account = this.#withPassword(username, password);
    return account ? this.#issue(account, name) : 2;
  }

  /** Takes the price from the credit, or puts it on the invoice; false where the credit does not reach. */
  charge(account: StoredAccount, price: number): boolean {
    const units = Math.round(price * UNITS);
    if (account.type === 'Invoice') {
      account.spent.set(this.#month(), (account.spent.get(this.#month()) ?? 0) + units);
      return true;
    }
    if (account.credit < units) return false;
    account.credit -= units;
    return true;
  }

  balanceOf(account: StoredAccount): Balance {
    const units = account.type === 'PAYG' ? account.credit : (account.spent.get(this.#month()) ?? 0);
    return { type: account.type, amount: (units / UNITS).toFixed(2), currency: account.currency };
  }

  balance(custId?: string): Balance {
    return this.balanceOf(this.#account(custId));
  }

  #issue(account: StoredAccount, name: string): IssuedKey {
    const key = this.#newKey();
    this.#keys.push({ key, name, account, active: true, created: this.#now().toISOString() });
    return { key, name };
  }

  #account(custId: string | undefined): StoredAccount {
    const account = this.#accounts.find((candidate) => custId === undefined || candidate.custId === custId);
    if (!account) throw new Error(`no account ${custId ?? ''}`);
    return account;
  }

  #withPassword(username: string | undefined, password: string | undefined): StoredAccount | undefined {
    return this.#accounts.find((account) => account.username === username && account.password === password);
  }

  #known(keyOrName: string): StoredKey[] {
    const known = this.#keys.filter(({ key, name }) => key === keyOrName || name === keyOrName);
    // It may be a key: it is not repeated here.
    if (known.length === 0) throw new Error('no such key, and no key of such a name');
    return known;
  }

  #isThrottled(account: StoredAccount): boolean {
    if (!this.#rate) return false;
    const now = this.#now().getTime();
    const since = now - this.#rate.seconds * 1000;
    account.recent = account.recent.filter((time) => time > since);
    if (account.recent.length >= this.#rate.requests) return true;
    account.recent.push(now);
    return false;
  }

  #month(): string {
    return this.#now().toISOString().slice(0, 'yyyy-mm'.length);
  }
}
