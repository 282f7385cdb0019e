import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { createReportArchive } from '../../functions/adapters/report-archive.ts';

let s3: AwsClientStub<S3Client>;
beforeEach(() => {
  s3 = mockClient(S3Client);
});
afterEach(() => s3.restore());

const archive = () =>
  createReportArchive({
    bucket: 'suite-reports',
    prefix: 'reports/',
    client: new S3Client({ region: 'eu-west-1' }),
  });

describe('the archive of reports', () => {
  test('keeps each under its time, and the latest last', async () => {
    s3.on(PutObjectCommand).resolves({});
    const place = await archive().put({ at: '2026-03-09T06:00:12.345Z', html: '<p>', json: '{}' });
    expect(place).toBe('s3://suite-reports/reports/20260309T0600.html');
    const puts = s3.commandCalls(PutObjectCommand).map(({ args: [{ input }] }) => input);
    expect(puts.map(({ Bucket, Key, Body, ContentType }) => [Bucket, Key, Body, ContentType])).toEqual([
      ['suite-reports', 'reports/20260309T0600.html', '<p>', 'text/html; charset=utf-8'],
      ['suite-reports', 'reports/20260309T0600.json', '{}', 'application/json'],
      ['suite-reports', 'reports/latest.html', '<p>', 'text/html; charset=utf-8'],
      ['suite-reports', 'reports/latest.json', '{}', 'application/json'],
    ]);
  });

  test('gives the latest', async () => {
    const Body = { transformToString: async () => '{"a":1}' };
    s3.on(GetObjectCommand, { Bucket: 'suite-reports', Key: 'reports/latest.json' }).resolves({
      Body: Body as never,
    });
    expect(await archive().latest()).toBe('{"a":1}');
  });

  test('there is none before the first', async () => {
    s3.on(GetObjectCommand).rejects(new NoSuchKey({ $metadata: {}, message: 'not there' }));
    expect(await archive().latest()).toBeUndefined();
  });

  test('another refusal is no absence', async () => {
    s3.on(GetObjectCommand).rejects(new Error('AccessDenied'));
    await expect(archive().latest()).rejects.toThrow('AccessDenied');
  });
});
