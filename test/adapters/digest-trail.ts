import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { account, record, region } from '../support/records.ts';

/** What CloudTrail keeps of a key pair, and its public part as `aws cloudtrail list-public-keys` answers it. */
export function createTrailKey(fingerprint = '0123456789abcdef0123456789abcdef') {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    fingerprint,
    answer: JSON.stringify({
      PublicKeyList: [
        {
          Value: publicKey.export({ type: 'pkcs1', format: 'der' }).toString('base64'),
          ValidityStartTime: '2026-01-01T00:00:00+00:00',
          ValidityEndTime: '2026-12-31T00:00:00+00:00',
          Fingerprint: fingerprint,
        },
      ],
    }),
    sign: (text: string): string => sign('RSA-SHA256', Buffer.from(text), privateKey).toString('hex'),
  };
}

export type TrailKey = ReturnType<typeof createTrailKey>;

export const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

type Fields = Record<string, unknown>;

export interface DeliveredDigest {
  readonly path: string;
  /** Before it was packed. */
  readonly content: string;
  readonly signature: string;
  readonly fields: Fields;
}

export interface DeliveredTrail {
  readonly digests: readonly DeliveredDigest[];
  /** By path, what is in it. */
  readonly logFiles: ReadonlyMap<string, string>;
  /** As `aws s3 sync` makes a folder: by path, packed. */
  readonly files: Record<string, Buffer>;
}

const bucket = 'trail-bucket';
const firstEnd = Date.parse('2026-03-02T10:00:00Z');

const stamp = (time: number, to: 'minutes' | 'seconds'): string =>
  new Date(time)
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.\d+/, '')
    .replace(to === 'minutes' ? /\d\dZ$/ : /Z$/, 'Z');
const iso = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z');

/**
 * So many hours of a trail with validation, two log files an hour, each hour's digest signed as AWS documents it.
 *
 * @param tamper changes a digest's fields before it is signed and others follow it
 */
export function deliverTrail(
  key: TrailKey,
  hours: number,
  tamper: (fields: Fields, hour: number) => Fields = (fields) => fields,
): DeliveredTrail {
  const logFiles = new Map<string, string>();
  const digests: DeliveredDigest[] = [];
  for (let hour = 0; hour < hours; hour += 1) {
    const end = firstEnd + hour * 3_600_000;
    const start = end - 3_600_000;
    const day = iso(end).slice(0, 10).replaceAll('-', '/');
    const listed = [15, 45].map((minute) => {
      const time = start + minute * 60_000;
      const s3Object = `AWSLogs/${account}/CloudTrail/${region}/${day}/${account}_CloudTrail_${region}_${stamp(time, 'minutes')}_abcdefghijklmn${minute}.json.gz`;
      const content = JSON.stringify({ Records: [record({ eventTime: iso(time) })] });
      logFiles.set(s3Object, content);
      return {
        s3Bucket: bucket,
        s3Object,
        hashValue: sha256(content),
        hashAlgorithm: 'SHA-256',
        newestEventTime: iso(time),
        oldestEventTime: iso(time),
      };
    });
    const previous = digests.at(-1);
    const fields = tamper(
      {
        awsAccountId: account,
        digestStartTime: iso(start),
        digestEndTime: iso(end),
        digestS3Bucket: bucket,
        digestS3Object: `AWSLogs/${account}/CloudTrail-Digest/${region}/${day}/${account}_CloudTrail-Digest_${region}_org-trail_eu-central-1_${stamp(end, 'seconds')}.json.gz`,
        digestPublicKeyFingerprint: key.fingerprint,
        digestSignatureAlgorithm: 'SHA256withRSA',
        newestEventTime: iso(end),
        oldestEventTime: iso(start),
        previousDigestS3Bucket: previous ? bucket : null,
        previousDigestS3Object: previous ? previous.path : null,
        previousDigestHashValue: previous ? sha256(previous.content) : null,
        previousDigestHashAlgorithm: previous ? 'SHA-256' : null,
        previousDigestSignature: previous ? previous.signature : null,
        logFiles: listed,
      },
      hour,
    );
    const content = JSON.stringify(fields);
    const path = String(fields['digestS3Object']);
    const signature = key.sign(
      `${fields['digestEndTime']}\n${bucket}/${path}\n${sha256(content)}\n${fields['previousDigestSignature'] ?? 'null'}`,
    );
    digests.push({ path, content, signature, fields });
  }
  return {
    digests,
    logFiles,
    files: Object.fromEntries(
      [...logFiles, ...digests.map(({ path, content }) => [path, content] as const)].map(
        ([path, content]) => [path, gzipSync(content)],
      ),
    ),
  };
}
