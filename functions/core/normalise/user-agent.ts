import type { Agent } from '../model/access-event.ts';

/**
 * Tools that hide behind an SDK's name come first, SDKs last. A family only describes: anybody can send any user
 * agent, so no judgement is dropped on it alone.
 */
const families: readonly (readonly [family: string, pattern: RegExp])[] = [
  ['stratus-red-team', /stratus-red-team/i],
  ['pacu', /\bpacu\b/i],
  ['trufflehog', /trufflehog/i],
  ['cloudshell', /exec-env\/CloudShell/i],
  ['terraform', /\bterraform\b/i],
  ['opentofu', /\bopentofu\b/i],
  ['pulumi', /\bpulumi\b/i],
  ['external-secrets', /external-secrets/i],
  ['aws-lambda', /exec-env\/AWS_Lambda/i],
  ['aws-cli', /aws-cli\//i],
  ['powershell', /AWSPowerShell/i],
  ['boto3', /\bboto(3|core)\//i],
  ['aws-sdk-js', /aws-sdk-(js|nodejs)\//i],
  ['aws-sdk-java', /aws-sdk-java\//i],
  ['aws-sdk-go', /aws-sdk-go(-v2)?\//i],
  ['aws-sdk-dotnet', /aws-sdk-dotnet/i],
  ['aws-sdk-rust', /aws-sdk-rust\//i],
  ['aws-sdk-ruby', /aws-sdk-ruby/i],
  ['aws-sdk-php', /aws-sdk-php\//i],
  ['console', /(console|signin)\.amazonaws\.com|AWS Internal|Mozilla\//i],
];

const rawLimit = 256;

/** @param raw `userAgent` of a record; missing in some records of event version 1.05 */
export function parseUserAgent(raw: string | undefined): Agent {
  if (!raw) return { family: 'unknown', raw: '' };
  const family =
    families.find(([, pattern]) => pattern.test(raw))?.[0] ??
    /^\[?([\w.-]{1,40})/.exec(raw)?.[1] ??
    'unknown';
  return { family, raw: raw.slice(0, rawLimit) };
}
