import { dayLength, isoOf } from './calendar.ts';
import type { Stream } from './random.ts';

/** A record as CloudTrail writes it to log files. */
export type CloudTrailRecord = Record<string, unknown>;

/** What stays the same over a series of calls by one principal from one place with one tool. */
export interface Caller {
  readonly account: string;
  readonly region: string;
  /** ARN of the user or session, as refusals quote it. */
  readonly arn: string;
  readonly identity: CloudTrailRecord;
  readonly address: string;
  /** Command lines tell the command, so theirs is a function of it. */
  readonly agent: string | ((command: string) => string);
  readonly vpcEndpointId?: string | undefined;
  /** The call was made with credentials that the console holds. */
  readonly isConsole?: boolean;
}

export interface Outcome {
  /** Default: `secretsmanager.amazonaws.com`. */
  readonly source?: string;
  readonly response?: CloudTrailRecord | null;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** Fields that only this kind of record has; they replace what is there. */
  readonly fields?: CloudTrailRecord;
}

/** Collects the records of a span of time and ignores all others, so that whole episodes can be written to any day. */
export class Log {
  readonly from: number;
  readonly to: number;
  readonly entries: { readonly at: number; readonly record: CloudTrailRecord }[] = [];

  /** From `from` to before `to`. */
  constructor(from: number, to: number) {
    this.from = from;
    this.to = to;
  }

  static ofDay(from: number): Log {
    return new Log(from, from + dayLength);
  }

  takes(at: number): boolean {
    return at >= this.from && at < this.to;
  }

  add(at: number, record: CloudTrailRecord): void {
    if (this.takes(at)) this.entries.push({ at, record });
  }
}

const { floor } = Math;
const secretsManager = 'secretsmanager.amazonaws.com';
const readingVerb = /^(Get|List|Describe|Batch|Lookup|Validate|Decrypt|AssumeRole|GenerateDataKey)/;
const isReading = new Map<string, boolean>();
const tlsOfHost = new Map<string, CloudTrailRecord>();

/**
 * Writes one API call. Refused calls have no `requestParameters`, reads no `responseElements`.
 *
 * @returns the event's id
 */
export function call(
  log: Log,
  ids: Stream,
  at: number,
  caller: Caller,
  eventName: string,
  requestParameters: CloudTrailRecord | null,
  outcome: Outcome = {},
): string {
  const second = floor(at);
  // Drawn also for records that the log does not take: what a day looks like must not depend on which day is asked.
  const eventID = ids.uuid();
  const requestID = ids.uuid();
  if (!log.takes(second)) return eventID;
  const source = outcome.source ?? secretsManager;
  const isRefused = outcome.errorCode !== undefined && refusals.has(outcome.errorCode);
  const record: CloudTrailRecord = {
    eventVersion: '1.11',
    userIdentity: caller.identity,
    eventTime: isoOf(second),
    eventSource: source,
    eventName,
    awsRegion: caller.region,
    sourceIPAddress: caller.address,
    userAgent: typeof caller.agent === 'string' ? caller.agent : caller.agent(commandOf(source, eventName)),
  };
  if (outcome.errorCode !== undefined) {
    record['errorCode'] = outcome.errorCode;
    record['errorMessage'] = outcome.errorMessage ?? '';
  }
  record['requestParameters'] = isRefused ? null : requestParameters;
  record['responseElements'] = outcome.errorCode === undefined ? (outcome.response ?? null) : null;
  record['requestID'] = requestID;
  record['eventID'] = eventID;
  record['readOnly'] = readsOnly(eventName);
  record['eventType'] = 'AwsApiCall';
  record['managementEvent'] = true;
  record['recipientAccountId'] = caller.account;
  if (caller.vpcEndpointId !== undefined) {
    record['vpcEndpointId'] = caller.vpcEndpointId;
    record['vpcEndpointAccountId'] = caller.account;
  }
  record['eventCategory'] = 'Management';
  // What one service of AWS asks of another shows no TLS.
  if (caller.address !== secretsManager) record['tlsDetails'] = tlsOf(hostOf(source, caller.region));
  if (caller.isConsole === true) record['sessionCredentialFromConsole'] = 'true';
  if (outcome.fields !== undefined) Object.assign(record, outcome.fields);
  log.add(second, record);
  return eventID;
}

/** Errors of authorisation and quota, which come before the request's parameters are looked at. */
const refusals = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ThrottlingException',
  'VpceAccessDenied',
]);

function readsOnly(eventName: string): boolean {
  let known = isReading.get(eventName);
  if (known === undefined) {
    known = readingVerb.test(eventName);
    isReading.set(eventName, known);
  }
  return known;
}

function tlsOf(host: string): CloudTrailRecord {
  let tls = tlsOfHost.get(host);
  if (tls === undefined) {
    tls = {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: host,
    };
    tlsOfHost.set(host, tls);
  }
  return tls;
}

function hostOf(source: string, region: string): string {
  const service = source.slice(0, source.indexOf('.'));
  if (service === 'signin') return 'signin.aws.amazon.com';
  return service === 'iam' ? 'iam.amazonaws.com' : `${service}.${region}.amazonaws.com`;
}

const commands = new Map<string, string>();

/** `secretsmanager.get-secret-value`. */
function commandOf(source: string, eventName: string): string {
  let command = commands.get(eventName);
  if (command === undefined) {
    const name = eventName.replace(/(?<=[a-z0-9])([A-Z])/g, '-$1').toLowerCase();
    command = `${source.slice(0, source.indexOf('.'))}.${name}`;
    commands.set(eventName, command);
  }
  return command;
}
