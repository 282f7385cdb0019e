import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ReportArchive } from '../core/ports.ts';

export interface ReportArchiveOptions {
  readonly bucket: string;
  /** Ends with a slash. */
  readonly prefix: string;
  readonly client?: S3Client;
}

/** A report is some megabytes at most. */
const timeouts = { connectionTimeout: 2_000, requestTimeout: 30_000 };

/**
 * S3: each report under its time, and the latest under a name that stays. The latest is written last, so that whoever
 * reads it finds the others there.
 */
export function createReportArchive({
  bucket,
  prefix,
  client = new S3Client({ maxAttempts: 5, requestHandler: timeouts }),
}: ReportArchiveOptions): ReportArchive {
  const put = (name: string, Body: string, ContentType: string) =>
    client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}${name}`, Body, ContentType }));
  return {
    async put({ at, html, json }) {
      const name = at.slice(0, 16).replace(/[-:]/g, '');
      for (const each of [name, 'latest']) {
        await put(`${each}.html`, html, 'text/html; charset=utf-8');
        await put(`${each}.json`, json, 'application/json');
      }
      return `s3://${bucket}/${prefix}${name}.html`;
    },

    async latest() {
      try {
        const { Body } = await client.send(
          new GetObjectCommand({ Bucket: bucket, Key: `${prefix}latest.json` }),
        );
        return await Body?.transformToString();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
  };
}
