import { matchesGlob } from '../contracts/glob.ts';
import type { PolicyReach } from '../model/access-event.ts';
import { accountsOf, comparisonsOf, deniesStrangers, narrows } from './policy-conditions.ts';
import { isObject, objectAt, type RawRecord, textAt } from './raw-record.ts';

/** A policy names a few accounts; a longer list is cut, which changes no judgement. */
const accountsKept = 50;

/**
 * Whom a resource policy lets in, read from the policy alone: what other policies and the organization's own limits
 * refuse is not known here. Any allowed action counts.
 *
 * Own and small, because the one kept parser on npm (@cloud-copilot/iam-policy) is under the AGPL.
 *
 * @param policy the document, as the text of a request or already parsed
 * @param account the account that the secret belongs to
 * @returns `undefined` where it is no policy document
 */
export function policyReach(policy: unknown, account: string): PolicyReach | undefined {
  const document = typeof policy === 'string' ? parseJson(policy) : policy;
  if (!isObject(document)) return undefined;
  const statements = listOf(document['Statement']).filter(isObject);
  const strangersDenied = statements.some(keepsStrangersOut);
  const admissions = statements
    .filter((statement) => textAt(statement, 'Effect') === 'Allow')
    .map((statement) => admissionOf(statement, strangersDenied));

  const others = [...new Set(admissions.flatMap(({ accounts }) => accounts))]
    .filter((each) => each !== account)
    .sort()
    .slice(0, accountsKept);
  const strangers = new Set(admissions.map((admission) => admission.strangers));
  const narrowed = strangers.has('held');
  if (strangers.has('admitted')) return { openTo: 'everybody', accounts: others, narrowed: false };
  if (others.length > 0) return { openTo: 'accounts', accounts: others, narrowed };
  return { openTo: narrowed ? 'everybody' : 'none', accounts: [], narrowed };
}

/** Whom one Allow lets in: accounts by name, and strangers or those of them that its conditions hold back. */
interface Admission {
  readonly accounts: readonly string[];
  readonly strangers: 'none' | 'held' | 'admitted';
}

function admissionOf(statement: RawRecord, strangersDenied: boolean): Admission {
  const principals = principalsOf(statement);
  const accounts = principals.filter((principal) => principal !== '*');
  if (!principals.includes('*')) return { accounts, strangers: 'none' };
  const held = comparisonsOf(objectAt(statement, 'Condition')).filter(narrows);
  const named = held.flatMap(accountsOf);
  if (named.length > 0) return { accounts: [...accounts, ...named], strangers: 'none' };
  return { accounts, strangers: held.length > 0 || strangersDenied ? 'held' : 'admitted' };
}

function keepsStrangersOut(statement: RawRecord): boolean {
  return (
    textAt(statement, 'Effect') === 'Deny' &&
    principalsOf(statement).includes('*') &&
    listOf(statement['Action']).some(coversReads) &&
    deniesStrangers(comparisonsOf(objectAt(statement, 'Condition')))
  );
}

const coversReads = (action: unknown): boolean =>
  typeof action === 'string' && matchesGlob(action.toLowerCase(), 'secretsmanager:getsecretvalue');

/** `*` for everybody, account ids for the rest; services and identity providers are none of them. */
function principalsOf(statement: RawRecord): string[] {
  // Everybody but those that are named.
  if ('NotPrincipal' in statement) return ['*'];
  const principal = statement['Principal'];
  if (principal === '*') return ['*'];
  if (!isObject(principal)) return [];
  return listOf(principal['AWS']).flatMap((each) => (typeof each === 'string' ? accountOf(each) : []));
}

/** An id of 12 digits, or the account within an ARN. Unique ids (AROA…) stand for deleted principals and tell none. */
function accountOf(principal: string): string[] {
  if (principal === '*') return ['*'];
  if (/^\d{12}$/.test(principal)) return [principal];
  const account = principal.startsWith('arn:') ? principal.split(':')[4] : undefined;
  if (!account) return [];
  return [account.includes('*') ? '*' : account];
}

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
