import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { WholeDocuments } from '../core/ports.ts';

export interface WholeDocumentsOptions {
  readonly bucket: string;
  readonly client?: S3Client;
}

/** A bucket, under `announcements/`. */
export function createWholeDocuments({
  bucket,
  client = connectObjects(),
}: WholeDocumentsOptions): WholeDocuments {
  return {
    async put(id, revision, document) {
      const key = `announcements/${encodeURIComponent(id)}/${revision}.json`;
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: document,
          ContentType: 'application/json',
        }),
      );
      return `s3://${bucket}/${key}`;
    },
  };
}

const connectObjects = (): S3Client =>
  new S3Client({ requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 } });
