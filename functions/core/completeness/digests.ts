import type { DigestFault, DigestReport } from '../model/digest-report.ts';
import { plural } from '../phrases.ts';
import { chainFaults, chainsOf, type DigestChain, endOf, faultIn, startOf } from './digest-chain.ts';
import { type DigestFile, lastPart, signedText } from './digest-document.ts';

/** How a signature is checked. */
export type VerifySignature = (
  fingerprint: string,
  text: string,
  signature: string,
) => 'valid' | 'invalid' | 'unknown key';

export interface DigestEvidence {
  readonly digests: readonly DigestFile[];
  /** Names of all log files that were given, without folders. */
  readonly logFileNames: readonly string[];
  /** SHA-256, hexadecimal, of what is in a log file, unpacked; `undefined` where it was not given or cannot be read. */
  hashOf(name: string): Promise<string | undefined>;
  /** `undefined`: no public keys were given. */
  readonly verify: VerifySignature | undefined;
}

/** Whether the log files are those that CloudTrail delivered, all of them and unchanged. */
export async function checkDigests(evidence: DigestEvidence): Promise<DigestReport> {
  const chains = chainsOf(evidence.digests);
  const files = chains.flatMap(({ files }) => files);
  const signed = chains.flatMap((chain) => checkSignatures(chain, evidence.verify));
  const logFiles = {
    intact: 0,
    changed: 0,
    missing: 0,
    unlisted: countUnlisted(chains, evidence.logFileNames),
  };
  const faults = [...chains.flatMap(chainFaults), ...signed.flatMap(({ fault }) => fault ?? [])];
  for (const { region, files } of chains) {
    for (const file of files) {
      const missing: string[] = [];
      const changed: string[] = [];
      for (const { s3Object, hashValue } of file.digest.logFiles) {
        const hash = await evidence.hashOf(lastPart(s3Object));
        if (hash === undefined) missing.push(s3Object);
        else if (hash !== hashValue.toLowerCase()) changed.push(s3Object);
        else logFiles.intact += 1;
      }
      logFiles.missing += missing.length;
      logFiles.changed += changed.length;
      const listed = plural(file.digest.logFiles.length, 'log file');
      const fault = faultIn(file, region);
      if (missing.length > 0) {
        faults.push(
          fault(
            'missing-log-file',
            startOf(file),
            endOf(file),
            missing,
            `${missing.length} of ${listed} that were delivered then ${missing.length === 1 ? 'is' : 'are'} not there, or cannot be read.`,
          ),
        );
      }
      if (changed.length > 0) {
        faults.push(
          fault(
            'changed-log-file',
            startOf(file),
            endOf(file),
            changed,
            `${changed.length} of ${listed} that were delivered then ${changed.length === 1 ? 'is not what it was' : 'are not what they were'}: the hash differs.`,
          ),
        );
      }
    }
  }
  const count = (outcome: Signed['outcome']): number =>
    signed.filter((each) => each.outcome === outcome).length;
  return {
    digests: files.length,
    from: files.length > 0 ? new Date(Math.min(...files.map(startOf))).toISOString() : null,
    to: files.length > 0 ? new Date(Math.max(...files.map(endOf))).toISOString() : null,
    signatures: { valid: count('valid'), invalid: count('invalid'), unchecked: count('unchecked') },
    logFiles,
    faults,
    unchecked: signed.flatMap(({ unchecked }) => unchecked ?? []),
  };
}

interface Signed {
  readonly outcome: 'valid' | 'invalid' | 'unchecked';
  readonly fault?: DigestFault;
  readonly unchecked?: DigestReport['unchecked'][number];
}

/** A digest's signature is in its object's metadata, which copies lose, and in the digest after it. */
function checkSignatures({ region, files }: DigestChain, verify: VerifySignature | undefined): Signed[] {
  const repeated = new Map(
    files.map(({ digest }) => [digest.previousDigestS3Object, digest.previousDigestSignature]),
  );
  return files.map((file): Signed => {
    const { digest } = file;
    const name = digest.digestS3Object;
    const unchecked = (reason: string): Signed => ({
      outcome: 'unchecked',
      unchecked: { digest: name, reason },
    });
    const invalid = (explanation: string): Signed => ({
      outcome: 'invalid',
      fault: faultIn(file, region)('bad-signature', startOf(file), endOf(file), [name], explanation),
    });
    const following = repeated.get(name) ?? undefined;
    const signature = file.signature ?? following;
    if (signature === undefined) {
      return unchecked(
        'its signature is in the metadata of its object, and no later digest repeats it: it cannot be checked without',
      );
    }
    if (file.signature && following && file.signature.toLowerCase() !== following.toLowerCase()) {
      return invalid(`${lastPart(name)} has another signature than the digest after it says.`);
    }
    if (digest.digestSignatureAlgorithm !== 'SHA256withRSA') {
      return unchecked('it is signed by a method that is not known here');
    }
    if (!verify) return unchecked('no public keys were given');
    const outcome = verify(digest.digestPublicKeyFingerprint, signedText(file), signature);
    if (outcome === 'unknown key') return unchecked('its public key is not among those given');
    return outcome === 'valid'
      ? { outcome }
      : invalid(`The signature of ${lastPart(name)} does not fit: it was changed, or is not CloudTrail's.`);
  });
}

const logFileName = /^(.+)_CloudTrail_([a-z0-9-]+)_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_/;
const hourMs = 3_600_000;

/** An hour at each end is left out, because a file may have been delivered before or after the digests that are there. */
function countUnlisted(chains: readonly DigestChain[], names: readonly string[]): number {
  const listed = new Set<string>();
  const periods = new Map<string, { from: number; to: number }>();
  for (const { region, files } of chains) {
    for (const file of files) {
      for (const { s3Object } of file.digest.logFiles) listed.add(unpackedName(lastPart(s3Object)));
      const place = `${file.digest.awsAccountId} ${region}`;
      const known = periods.get(place);
      periods.set(place, {
        from: Math.min(known?.from ?? Number.POSITIVE_INFINITY, startOf(file)),
        to: Math.max(known?.to ?? Number.NEGATIVE_INFINITY, endOf(file)),
      });
    }
  }
  return names.filter((name) => {
    const [, account, region, year, month, day, hour, minute] = logFileName.exec(name) ?? [];
    const period = periods.get(`${account} ${region}`);
    if (!period || listed.has(unpackedName(name))) return false;
    const time = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
    return time > period.from + hourMs && time < period.to - hourMs;
  }).length;
}

/** Downloads unpack files, and some drop the ending. */
export const unpackedName = (name: string): string => name.replace(/\.gz$/, '');
