import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Credentials, LocalCloud } from './local-cloud.ts';
import { LocalCloudError } from './local-cloud-error.ts';

const VERSIONS: Record<string, string> = {
  iam: '2010-05-08',
  sts: '2011-06-15',
  cloudformation: '2010-05-15',
};

/** Calls an API of the query protocol (IAM, STS, CloudFormation), for which the project has no SDK client. */
export async function call(
  cloud: LocalCloud,
  service: string,
  action: string,
  parameters: Record<string, string>,
  credentials: Credentials = cloud.admin,
): Promise<string> {
  const body = new URLSearchParams({ Action: action, Version: VERSIONS[service] ?? '', ...parameters });
  const contentType = 'application/x-www-form-urlencoded; charset=utf-8';
  const answer = await send(cloud, service, '/', contentType, body.toString(), credentials);
  const text = await answer.text();
  if (!answer.ok) throw new LocalCloudError('request-failed', `${service}:${action}: ${text}`);
  return text;
}

/** The text of an element in an XML answer. */
export function element(xml: string, name: string): string {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  if (found === undefined) throw new LocalCloudError('request-failed', `no ${name} in ${xml}`);
  return found;
}

/** Invokes a function and waits for what it returns; an error of the function becomes a LocalCloudError. */
export async function invokeFunction(
  cloud: LocalCloud,
  functionName: string,
  payload: unknown = {},
  credentials: Credentials = cloud.admin,
): Promise<unknown> {
  const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
  const answer = await send(cloud, 'lambda', path, 'application/json', JSON.stringify(payload), credentials);
  const text = await answer.text();
  if (!answer.ok || answer.headers.has('x-amz-function-error')) {
    throw new LocalCloudError('request-failed', `${functionName}: ${text}`);
  }
  return JSON.parse(text || 'null') as unknown;
}

async function send(
  cloud: LocalCloud,
  service: string,
  path: string,
  contentType: string,
  body: string,
  credentials: Credentials,
): Promise<Response> {
  const signer = new SignatureV4({
    service,
    region: cloud.region,
    credentials,
    sha256: Hash.bind(null, 'sha256'),
  });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    port: cloud.port,
    path,
    headers: { host: `127.0.0.1:${cloud.port}`, 'content-type': contentType },
    body,
  });
  return fetch(`${cloud.endpoint}${path}`, { method: 'POST', headers, body });
}
