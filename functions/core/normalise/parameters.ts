import type { EventDetail } from '../model/access-event.ts';
import { listAt, type RawRecord, textAt } from './raw-record.ts';

const namesKept = 50;

/**
 * Which parameters of Systems Manager a call reads in the clear.
 *
 * @returns `undefined` where it asks for no decryption: then a SecureString comes back encrypted, and the rest are no
 * secrets
 */
export function decryptedParameters(
  eventName: string,
  request: RawRecord | undefined,
): EventDetail | undefined {
  if (request?.['withDecryption'] !== true) return undefined;
  if (eventName === 'GetParametersByPath') {
    const path = textAt(request, 'path') ?? '/';
    return {
      parameters: [path.endsWith('/') ? `${path}*` : `${path}/*`],
      ...(request['recursive'] === true && { recursive: true }),
    };
  }
  const named = [textAt(request, 'name'), ...listAt(request, 'names')].filter(
    (name) => typeof name === 'string',
  );
  const names = [...new Set(named.map(parameterName))];
  return {
    parameters: names.slice(0, namesKept),
    ...(names.length > namesKept && { parameterCount: names.length }),
  };
}

const parameterArn = /^arn:[^:]+:ssm:[^:]*:[^:]*:parameter\/(.+)$/;

/**
 * One name for the ways to name a parameter: by ARN, and with a version or a label after a colon. An ARN drops the
 * leading slash of a name with a hierarchy, and only such a name has further slashes.
 */
function parameterName(nameOrArn: string): string {
  const resource = parameterArn.exec(nameOrArn)?.[1];
  const name = resource === undefined ? nameOrArn : resource.includes('/') ? `/${resource}` : resource;
  return name.split(':')[0] ?? name;
}
