import * as z from 'zod';

const moment = z.iso.datetime();
/** S3 allows no longer keys. */
const key = z.string().max(1024);
const hash = z.string().regex(/^[0-9a-f]{64}$/i);

/**
 * A digest file ("CloudTrail digest file structure" in the CloudTrail user guide). Fields that nothing is checked
 * against are left out. The first digest after a start, and the first after a pause, name no previous one.
 */
const digestSchema = z.object({
  awsAccountId: z.string(),
  digestStartTime: moment,
  digestEndTime: moment,
  digestS3Bucket: z.string(),
  digestS3Object: key,
  digestPublicKeyFingerprint: z.string(),
  digestSignatureAlgorithm: z.string(),
  previousDigestS3Bucket: z.string().nullish(),
  previousDigestS3Object: key.nullish(),
  previousDigestHashValue: hash.nullish(),
  previousDigestSignature: z.string().nullish(),
  logFiles: z.array(
    z.object({
      s3Bucket: z.string(),
      s3Object: key,
      hashValue: hash,
      hashAlgorithm: z.literal('SHA-256'),
      newestEventTime: moment.nullish(),
      oldestEventTime: moment.nullish(),
    }),
  ),
});

export type DigestDocument = z.infer<typeof digestSchema>;

/** `undefined`: not a digest, or not one that can be understood. */
export const parseDigest = (document: unknown): DigestDocument | undefined => {
  const result = digestSchema.safeParse(document);
  return result.success ? result.data : undefined;
};

/** A digest file as it was read. */
export interface DigestFile {
  readonly path: string;
  readonly digest: DigestDocument;
  /** Of its content without packing, hexadecimal. */
  readonly sha256: string;
  /** From its object's metadata, hexadecimal, where somebody kept that beside it. */
  readonly signature?: string;
}

const digestName = /^(.*)_CloudTrail-Digest_([a-z0-9-]+?)_(.+)_\d{8}T\d{6}Z(_backfill)?\.json(\.gz)?$/;

/** The trail and Region whose digests follow each other; those that were made up for late files follow none of these. */
export function chainOf({ awsAccountId, digestS3Object }: DigestDocument): {
  readonly chain: string;
  readonly region: string;
  readonly isBackfill: boolean;
} {
  const name = lastPart(digestS3Object);
  const [, account, region, trail, backfill] = digestName.exec(name) ?? [];
  return {
    chain: region ? `${account} ${region} ${trail}${backfill ?? ''}` : awsAccountId,
    region: region ?? 'unknown',
    isBackfill: backfill !== undefined,
  };
}

export const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * What CloudTrail signs ("Custom implementations of CloudTrail log file integrity validation" in the user guide); the
 * literal `null` where there is no previous digest, as the AWS CLI has it.
 */
export const signedText = ({ digest, sha256 }: DigestFile): string =>
  [
    digest.digestEndTime,
    `${digest.digestS3Bucket}/${digest.digestS3Object}`,
    sha256,
    digest.previousDigestSignature ?? 'null',
  ].join('\n');
