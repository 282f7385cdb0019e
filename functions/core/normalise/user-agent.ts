import type { Agent, SuspiciousPlatform } from '../model/access-event.ts';

/**
 * Tools that hide behind an SDK's name come first, SDKs last. A family only describes: anybody can send any user
 * agent, so no judgement is dropped on it alone.
 */
const families: readonly (readonly [family: string, pattern: RegExp])[] = [
  ['stratus-red-team', /stratus-red-team/i],
  ['pacu', /\bpacu\b/i],
  ['trufflehog', /trufflehog/i],
  ['cloudsplaining', /cloudsplaining/i],
  // Prowler marks boto3 with its AWS partner number and not with its name.
  ['prowler', /\bprowler\b|APN_1826889/i],
  ['scoutsuite', /scout ?suite/i],
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

/** As part of the kernel's name (`6.5.0-kali3-amd64`, `6.5.0-13parrot1-amd64`), or of the distribution's (`distrib#kali.2024`). */
const suspiciousPlatforms: readonly (readonly [SuspiciousPlatform, RegExp])[] = [
  ['kali', /[-+]\d*kali\d*\b|distrib[#/]kali/i],
  ['parrot', /[-+]\d*parrot\d*\b|distrib[#/]parrot/i],
];

/** `os/macos#23.1.0` and `lang/python#3.11.8` of new SDKs; `Linux/5.10`, `Python/3.11.6`, `go1.22.3` of older ones. */
const systems: readonly (readonly [system: string, pattern: RegExp])[] = [
  ['windows', /\bos\/windows\b|\bWindows[ /]/i],
  ['macos', /\bos\/(macos|darwin)\b|\bDarwin\b|Mac OS X/i],
  ['linux', /\bos\/linux\b|\blinux\b/i],
];
const languages: readonly (readonly [language: string, pattern: RegExp])[] = [
  ['python', /(?<![-\w])python[#/](\d+\.\d+)/i],
  ['nodejs', /(?<![-\w])(?:nodejs[#/]|node(?:\.js)?\/v?)(\d+)/i],
  ['java', /(?<![-\w])java[#/](\d+)/i],
  ['go', /(?<![-\w])go#?(\d+\.\d+)/i],
  ['ruby', /(?<![-\w])ruby[#/](\d+\.\d+)/i],
  ['php', /(?<![-\w])php[#/](\d+\.\d+)/i],
  ['dotnet', /(?<![-\w])(?:lang\/)?\.NET(?:_Core|_Runtime)?[#/](\d+)/i],
];

/** Its SDK and language change with each release, which says nothing: it brings its own interpreter along. */
const selfContained = new Set([
  'aws-cli',
  'cloudshell',
  'terraform',
  'opentofu',
  'pulumi',
  'external-secrets',
]);

const rawLimit = 256;

/** @param raw `userAgent` of a record; missing in some records of event version 1.05 */
export function parseUserAgent(raw: string | undefined): Agent {
  if (!raw) return { family: 'unknown', raw: '' };
  const shown = raw.slice(0, rawLimit);
  const family =
    families.find(([, pattern]) => pattern.test(raw))?.[0] ??
    /^\[?([\w.-]{1,40})/.exec(raw)?.[1] ??
    'unknown';
  const platform = platformOf(family, raw);
  const suspicious = suspiciousPlatforms.find(([, pattern]) => pattern.test(raw))?.[0];
  return { family, raw: shown, ...(platform && { platform }), ...(suspicious && { suspicious }) };
}

/** A browser says much of its system and nothing that is worth remembering; what has no platform tells none. */
function platformOf(family: string, raw: string): string | undefined {
  const system = systems.find(([, pattern]) => pattern.test(raw))?.[0];
  const language = selfContained.has(family) ? undefined : languageOf(raw);
  const parts = [family, language, system].filter((part) => part !== undefined);
  return parts.length > 1 ? parts.join(' ') : undefined;
}

function languageOf(raw: string): string | undefined {
  for (const [language, pattern] of languages) {
    const version = pattern.exec(raw)?.[1];
    if (version) return language + version;
  }
  return undefined;
}
