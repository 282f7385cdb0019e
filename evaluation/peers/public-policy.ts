import { isObject, type RawRecord } from '../../functions/core/normalise/raw-record.ts';

/**
 * Condition keys that name who may call or from where; a statement with one of them is not open to the internet.
 *
 * Source: `Policy.is_internet_accessible` of Netflix's policyuniverse, policyuniverse/statement.py, which Panther's
 * rule calls.
 */
const narrowing = new Set([
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:sourceip',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  'aws:principalorgid',
  'aws:principalarn',
  'aws:principalaccount',
  'kms:calleraccount',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
]);

/** @param text a resource policy as JSON */
export function isInternetAccessible(text: string): boolean {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    return false;
  }
  if (!isObject(policy)) return false;
  return [policy['Statement']].flat().filter(isObject).some(isOpen);
}

function isOpen(statement: RawRecord): boolean {
  if (statement['Effect'] !== 'Allow') return false;
  const principal = statement['Principal'];
  const principals = isObject(principal) ? [principal['AWS']].flat() : [principal];
  if (!principals.includes('*')) return false;
  const condition = statement['Condition'];
  const keys = isObject(condition) ? Object.values(condition).filter(isObject).flatMap(Object.keys) : [];
  return !keys.some((key) => narrowing.has(key.toLowerCase()));
}
