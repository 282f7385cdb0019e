import ipaddr from 'ipaddr.js';
import { isObject, type RawRecord } from './raw-record.ts';

/** One line of a statement's Condition: an operator on a key, and the values it compares with. */
export interface Comparison {
  /** Lower case, without `ForAnyValue:` and `IfExists`: `stringequals`, `arnnotlike`, … */
  readonly operator: string;
  /** Lower case. */
  readonly key: string;
  readonly values: readonly string[];
  /** True as well where the request has no such key. */
  readonly passesWithoutKey: boolean;
}

/** All of them must hold ("IAM JSON policy elements: Condition" in the IAM user guide). */
export function comparisonsOf(condition: RawRecord | undefined): Comparison[] {
  return Object.entries(condition ?? {}).flatMap(([written, keys]) => {
    const [, set = '', operator = '', ifExists = ''] =
      /^(forallvalues:|foranyvalue:)?(.*?)(ifexists)?$/.exec(written.toLowerCase()) ?? [];
    return Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: (Array.isArray(values) ? values : [values]).map(String),
      passesWithoutKey: set === 'forallvalues:' || ifExists !== '',
    }));
  });
}

const matching = new Set([
  'stringequals',
  'stringequalsignorecase',
  'stringlike',
  'arnequals',
  'arnlike',
  'ipaddress',
]);
const withWildcards = new Set(['stringlike', 'arnequals', 'arnlike']);
const withoutNegation: Readonly<Record<string, string>> = {
  stringnotequals: 'stringequals',
  stringnotequalsignorecase: 'stringequalsignorecase',
  stringnotlike: 'stringlike',
  arnnotequals: 'arnequals',
  arnnotlike: 'arnlike',
  notipaddress: 'ipaddress',
};

/** Every signed request has these; Secrets Manager takes no others. */
const alwaysThere = new Set(['aws:principalaccount', 'aws:principalarn', 'aws:userid']);

const wildcard = /[*?]/;
const isFixed = (value: string): boolean => value !== '' && !wildcard.test(value);

/**
 * An ARN holds somebody back by its account: whoever has an account can make a role of any name in it. Some ARNs have
 * no account (buckets) and are unique by their name.
 */
function isFixedArn(value: string): boolean {
  const [, , , , account = '', ...resource] = value.split(':');
  return account === '' ? isFixed(resource.join(':')) : isFixed(account);
}

/** After S3's meaning of "public": ranges wider than /8 of IPv4 or /32 of IPv6 hold nobody back. */
function isNarrowRange(value: string): boolean {
  if (ipaddr.isValid(value)) return true;
  if (!ipaddr.isValidCIDR(value)) return false;
  const [address, length] = ipaddr.parseCIDR(value);
  return length >= (address.kind() === 'ipv4' ? 8 : 32);
}

/** Keys that hold strangers back, and what value of them does. Tags, names and transport do not: anybody has them. */
const narrowingKeys: Readonly<Record<string, (value: string) => boolean>> = {
  'aws:principalorgid': isFixed,
  'aws:principalorgpaths': (value) => isFixed(value.split('/')[0] ?? ''),
  'aws:principalaccount': isFixed,
  'aws:principalarn': isFixedArn,
  'aws:userid': (value) => isFixed(value.split(':')[0] ?? ''),
  'aws:sourceaccount': isFixed,
  'aws:sourceowner': isFixed,
  'aws:sourcearn': isFixedArn,
  'aws:sourceorgid': isFixed,
  'aws:sourceorgpaths': (value) => isFixed(value.split('/')[0] ?? ''),
  'aws:sourcevpc': isFixed,
  'aws:sourcevpce': isFixed,
  'aws:sourceip': isNarrowRange,
};

/** Whether an Allow with this comparison keeps strangers out. */
export function narrows({ operator, key, values, passesWithoutKey }: Comparison): boolean {
  const isNarrow = Object.hasOwn(narrowingKeys, key) ? narrowingKeys[key] : undefined;
  if (!isNarrow || !matching.has(operator)) return false;
  if (passesWithoutKey && !alwaysThere.has(key)) return false;
  // Without wildcards in the operator, `*` is a letter like others and matches nobody.
  return values.every((value) => (!withWildcards.has(operator) && wildcard.test(value)) || isNarrow(value));
}

/**
 * Whether a Deny with these comparisons keeps strangers out: each is the negation of one that would in an Allow, or
 * lets AWS's own services pass. A negated operator holds too where the request has no such key.
 */
export const deniesStrangers = (comparisons: readonly Comparison[]): boolean =>
  comparisons.some(negates) && comparisons.every((each) => negates(each) || sparesServices(each));

function negates(comparison: Comparison): boolean {
  const operator = withoutNegation[comparison.operator];
  return operator !== undefined && narrows({ ...comparison, operator, passesWithoutKey: false });
}

const sparesServices = ({ operator, key, values }: Comparison): boolean =>
  operator === 'bool' &&
  (key === 'aws:principalisawsservice' || key === 'aws:viaawsservice') &&
  values.every((value) => value === 'false');

/** Accounts that the comparison limits callers to; empty where it limits by something else. */
export function accountsOf({ key, values }: Comparison): string[] {
  if (key === 'aws:principalaccount' || key === 'aws:sourceaccount' || key === 'aws:sourceowner')
    return [...values];
  if (key === 'aws:principalarn' || key === 'aws:sourcearn') {
    return values.map((value) => value.split(':')[4] ?? '').filter((account) => account !== '');
  }
  return [];
}
