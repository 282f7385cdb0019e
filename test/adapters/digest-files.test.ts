import { join, relative } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { checkDigestsAmong } from '../../functions/adapters/digest-report.ts';
import { findLogFiles } from '../../functions/adapters/log-file-tree.ts';
import { type DigestReport, digestReportSchema } from '../../functions/core/model/digest-report.ts';
import { createFolder } from '../cli/command-line.ts';
import { account, region } from '../support/records.ts';
import { createTrailKey, type DeliveredTrail, deliverTrail } from './digest-trail.ts';

const key = createTrailKey();
const trail = deliverTrail(key, 4);

type Files = Record<string, Buffer | string>;

/** What is said of files in a folder, checked with these answers of list-public-keys. */
async function check(files: Files, answers: readonly string[] = [key.answer]) {
  using folder = createFolder(files);
  using keys = createFolder(Object.fromEntries(answers.map((answer, index) => [`${index}.json`, answer])));
  const { report, unreadable } = await checkDigestsAmong(
    await findLogFiles([folder.path]),
    answers.map((_, index) => join(keys.path, `${index}.json`)),
  );
  return {
    report: report && digestReportSchema.strict().parse(report),
    unreadable: unreadable.map(({ path, reason }) => `${relative(folder.path, path)}: ${reason}`),
  };
}

const faultsOf = async (files: Files, answers?: readonly string[]): Promise<string[]> =>
  (await check(files, answers)).report?.faults.map(
    ({ kind, from, to, count }) => `${kind} ${from.slice(11, 16)}-${to.slice(11, 16)} ${count}`,
  ) ?? ['no report'];

const digestPath = (hour: number, of: DeliveredTrail = trail): string => of.digests[hour]?.path ?? '';
const logPath = (index: number): string => [...trail.logFiles.keys()][index] ?? '';
const sidecar = (hour: number, of: DeliveredTrail = trail): Files => ({
  [`${digestPath(hour, of)}.sig`]: `${of.digests[hour]?.signature}\n`,
});
const without = (...paths: readonly string[]): Files =>
  Object.fromEntries(Object.entries(trail.files).filter(([path]) => !paths.includes(path)));

/** A digest's content with some fields changed, and nothing signed anew. */
const edited = (hour: number, change: Record<string, unknown>): Files => ({
  ...trail.files,
  ...sidecar(3),
  [digestPath(hour)]: gzipSync(JSON.stringify({ ...trail.digests[hour]?.fields, ...change })),
});

describe('what CloudTrail delivered', () => {
  it('is vouched for, but for the signature of the last digest', async () => {
    const { report, unreadable } = await check(trail.files);
    expect(unreadable).toEqual([]);
    expect(report).toEqual({
      digests: 4,
      from: '2026-03-02T09:00:00.000Z',
      to: '2026-03-02T13:00:00.000Z',
      signatures: { valid: 3, invalid: 0, unchecked: 1 },
      logFiles: { intact: 8, changed: 0, missing: 0, unlisted: 0 },
      faults: [],
      unchecked: [
        {
          digest: digestPath(3),
          reason:
            'its signature is in the metadata of its object, and no later digest repeats it: it cannot be checked without',
        },
      ],
    } satisfies DigestReport);
  });

  it.each([
    ['.sig', trail.digests[3]?.signature.toUpperCase()],
    ['.metadata.json', JSON.stringify({ Metadata: { signature: trail.digests[3]?.signature } })],
    ['.metadata.json', JSON.stringify({ 'x-amz-meta-signature': trail.digests[3]?.signature })],
  ])('whole, where the last signature is in a %s', async (ending, content = '') => {
    const { report } = await check({ ...trail.files, [`${digestPath(3)}${ending}`]: content });
    expect(report).toMatchObject({
      signatures: { valid: 4, invalid: 0, unchecked: 0 },
      faults: [],
      unchecked: [],
    });
  });

  it('unpacked, in other folders, and given twice', async () => {
    const files = Object.entries(trail.files).flatMap(([path, content]): [string, Buffer][] => [
      [`a/${path.replace(/\.gz$/, '')}`, gunzipSync(content)],
      [`b/${path}`, content],
    ]);
    const { report } = await check({ ...Object.fromEntries(files) });
    expect(report).toMatchObject({ digests: 4, logFiles: { intact: 8, missing: 0 }, faults: [] });
  });

  it('without public keys, or with those of another Region, signatures stay unchecked', async () => {
    for (const [answers, reason] of [
      [[], 'no public keys were given'],
      [
        [createTrailKey('ffffffffffffffffffffffffffffffff').answer],
        'its public key is not among those given',
      ],
    ] as const) {
      const { report: found } = await check(trail.files, answers);
      expect(found?.signatures).toEqual({ valid: 0, invalid: 0, unchecked: 4 });
      expect(found?.unchecked[0]?.reason).toBe(reason);
      expect(found?.faults).toEqual([]);
    }
  });

  it('begins anywhere: what the first digest follows is not asked for', async () => {
    const { report } = await check(without(digestPath(0), logPath(0), logPath(1)));
    expect(report).toMatchObject({ digests: 3, faults: [], logFiles: { intact: 6 } });
  });
});

describe('what somebody did to it', () => {
  it.each<[string, Files, string[]]>([
    ['a log file was deleted', without(logPath(2)), ['missing-log-file 10:00-11:00 1']],
    ['both of an hour', without(logPath(2), logPath(3)), ['missing-log-file 10:00-11:00 2']],
    [
      'a log file was changed',
      { ...trail.files, [logPath(5)]: gzipSync('{"Records":[]}') },
      ['changed-log-file 11:00-12:00 1'],
    ],
    [
      'a log file was damaged',
      { ...trail.files, [logPath(5)]: gzipSync('{"Records":[]}').subarray(0, -4) },
      ['missing-log-file 11:00-12:00 1'],
    ],
    ['a digest was deleted', without(digestPath(1)), ['missing-digest 10:00-11:00 1']],
    ['two digests were deleted', without(digestPath(1), digestPath(2)), ['missing-digest 10:00-12:00 1']],
  ])('%s', async (_, files, faults) => {
    expect(await faultsOf(files)).toEqual(faults);
  });

  it.each([
    ['awsAccountId', '444455556666'],
    ['digestStartTime', '2026-03-02T10:30:00Z'],
    ['digestEndTime', '2026-03-02T11:30:00Z'],
    ['digestS3Bucket', 'another-bucket'],
    ['digestPublicKeyFingerprint', key.fingerprint.toUpperCase()],
    ['newestEventTime', '2026-03-02T10:59:00Z'],
    ['previousDigestS3Bucket', 'another-bucket'],
    ['previousDigestHashValue', 'a'.repeat(64)],
    ['previousDigestSignature', 'ab'.repeat(256)],
    ['previousDigestS3Object', null],
    ['logFiles', []],
  ])('%s of a digest was changed: its signature no longer fits', async (field, value) => {
    const { report } = await check(edited(1, { [field]: value }));
    expect(report?.faults.map(({ kind }) => kind)).toContain('bad-signature');
    expect(report?.faults.map(({ kind }) => kind)).toContain('broken-link');
  });

  it.each([
    ['digestS3Object', digestPath(0)],
    ['digestSignatureAlgorithm', 'none'],
  ])('%s of a digest was changed: it is not believed', async (field, value) => {
    const { report } = await check(edited(1, { [field]: value }));
    expect(report?.signatures.valid).toBeLessThan(4);
    expect(report?.faults.map(({ kind }) => kind)).toContain('broken-link');
  });

  it('the last digest was changed: its kept signature shows it, and nothing else does', async () => {
    const changed = {
      [digestPath(3)]: gzipSync(JSON.stringify({ ...trail.digests[3]?.fields, logFiles: [] })),
    };
    expect(await faultsOf({ ...trail.files, ...sidecar(3), ...changed })).toEqual([
      'bad-signature 12:00-13:00 1',
    ]);
    const { report } = await check({ ...trail.files, ...changed });
    expect(report).toMatchObject({ faults: [], signatures: { unchecked: 1 }, logFiles: { unlisted: 0 } });
  });

  it('digests were made anew with another key', async () => {
    const forged = deliverTrail(createTrailKey(key.fingerprint), 4, (fields, hour) =>
      hour === 1 ? { ...fields, logFiles: [] } : fields,
    );
    const { report } = await check(forged.files);
    expect(report?.signatures).toEqual({ valid: 0, invalid: 3, unchecked: 1 });
    expect(report?.faults.map(({ kind }) => kind)).toEqual([
      'bad-signature',
      'bad-signature',
      'bad-signature',
    ]);
  });

  it('a kept signature is another than the following digest repeats', async () => {
    const wrong: Files = { [`${digestPath(1)}.sig`]: key.sign('something else') };
    expect(await faultsOf({ ...trail.files, ...wrong })).toEqual(['bad-signature 10:00-11:00 1']);
  });

  it('a log file was planted', async () => {
    const planted = logPath(3).replace('abcdefghijklmn', 'zzzzzzzzzzzzzz');
    const { report } = await check({ ...trail.files, [planted]: gzipSync('{"Records":[]}') });
    expect(report?.logFiles).toEqual({ intact: 8, changed: 0, missing: 0, unlisted: 1 });
  });
});

describe('pauses', () => {
  const begun = (gapFrom: number) =>
    deliverTrail(key, 4, (fields, hour) =>
      hour === gapFrom
        ? {
            ...fields,
            previousDigestS3Bucket: null,
            previousDigestS3Object: null,
            previousDigestHashValue: null,
            previousDigestSignature: null,
          }
        : fields,
    );

  it('digests that begin anew after a hole tell of it', async () => {
    const anew = begun(2);
    const files = Object.fromEntries(
      Object.entries(anew.files).filter(([path]) => path !== digestPath(1, anew)),
    );
    const { report } = await check(files);
    expect(report?.faults).toMatchObject([
      {
        kind: 'hole',
        account,
        region,
        from: '2026-03-02T10:00:00.000Z',
        to: '2026-03-02T11:00:00.000Z',
        explanation: expect.stringContaining('was switched off'),
      },
    ]);
  });

  it('and without a hole tell nothing, but their predecessor’s signature is unchecked', async () => {
    const { report } = await check(begun(2).files);
    expect(report).toMatchObject({ faults: [], signatures: { valid: 2, unchecked: 2 } });
  });
});

it('digests of late files are a chain of their own, in which no time is missing', async () => {
  const late = deliverTrail(key, 3, (fields) => ({
    ...fields,
    digestS3Object: String(fields['digestS3Object']).replace('.json.gz', '_backfill.json.gz'),
    logFiles: [],
  }));
  const files = Object.fromEntries(
    [0, 2].map((hour) => [digestPath(hour, late), gzipSync(late.digests[hour]?.content ?? '')]),
  );
  const { report } = await check({ ...trail.files, ...files });
  expect(report).toMatchObject({ digests: 6, faults: [], signatures: { valid: 3, unchecked: 3 } });
});

it('what is no digest, in the place of one, is named', async () => {
  const { unreadable, report } = await check({
    'CloudTrail-Digest/a.json': '{"digestStartTime": 1}',
    'CloudTrail-Digest/b.json.gz': gzipSync('{}').subarray(0, 12),
    'CloudTrail-Digest/c.json': 'nothing',
    'CloudTrail-Digest/c.json.metadata.json': 'not JSON',
  });
  expect(unreadable).toEqual([
    'CloudTrail-Digest/a.json: in a place of digests, but no digest file',
    'CloudTrail-Digest/b.json.gz: damaged digest: not gzip as it should be',
    'CloudTrail-Digest/c.json: in a place of digests, but no digest file',
  ]);
  expect(report).toBeNull();
});

it.each([
  ['not JSON', 'no PublicKeyList'],
  ['{"PublicKeyList": [{"Value": 1}]}', 'no PublicKeyList'],
  ['{"PublicKeyList": [{"Value": "AAAA", "Fingerprint": "ab"}]}', 'the public key ab is not PKCS #1'],
])('public keys %s are named as unusable, and signatures stay unchecked', async (text, message) => {
  const { report, unreadable } = await check(trail.files, [text]);
  expect(unreadable).toEqual([expect.stringContaining(message)]);
  expect(report?.signatures).toEqual({ valid: 0, invalid: 0, unchecked: 4 });
});

it('public keys that are not there are named', async () => {
  const tree = { files: [], unreadable: [], ignored: 0 };
  expect(await checkDigestsAmong(tree, ['no-such.json'])).toEqual({
    report: null,
    unreadable: [{ path: 'no-such.json', reason: 'does not exist' }],
  });
});
