import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';
import { type DigestFile, parseDigest } from '../core/completeness/digest-document.ts';
import { type DigestEvidence, unpackedName } from '../core/completeness/digests.ts';
import { fileErrorReason, type UnreadableInput } from './log-file-faults.ts';
import type { LogFileTree } from './log-file-tree.ts';

/** By name, or by the folder that a trail puts them in. */
const digestPath = /CloudTrail-Digest/;
const metadataEnding = '.metadata.json';

/** Beside a digest somebody may have kept what S3 knows of its object; it holds no records. */
export const isDigestMetadata = (path: string): boolean =>
  path.endsWith(metadataEnding) && digestPath.test(path);

export interface FoundDigests extends Omit<DigestEvidence, 'verify'> {
  readonly unreadable: readonly UnreadableInput[];
}

/**
 * The digest files among log files, with their signatures where those were kept beside them: hexadecimal in `FILE.sig`,
 * or in `FILE.metadata.json` as `aws s3api head-object` prints it.
 */
export async function findDigests(tree: LogFileTree): Promise<FoundDigests> {
  const digests: DigestFile[] = [];
  const unreadable: UnreadableInput[] = [];
  const logFiles = new Map<string, string>();
  for (const { path } of tree.files) {
    if (isDigestMetadata(path)) continue;
    if (!digestPath.test(path)) {
      logFiles.set(unpackedName(basename(path)), path);
      continue;
    }
    const digest = await readDigest(path);
    if ('reason' in digest) unreadable.push({ path, reason: digest.reason });
    else digests.push(digest);
  }
  return {
    digests,
    unreadable,
    logFileNames: [...logFiles.values()].map((path) => basename(path)),
    async hashOf(name) {
      const path = logFiles.get(unpackedName(name));
      return path === undefined ? undefined : hashOfFile(path);
    },
  };
}

async function readDigest(path: string): Promise<DigestFile | { reason: string }> {
  let content: Buffer;
  try {
    const bytes = await readFile(path);
    content = isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: longestDigest }) : bytes;
  } catch (error) {
    const isDamaged = (error as NodeJS.ErrnoException).code?.startsWith('Z_') ?? false;
    return { reason: isDamaged ? 'damaged digest: not gzip as it should be' : fileErrorReason(error) };
  }
  const digest = parseDigest(parseJson(content.toString('utf8')));
  if (!digest) return { reason: 'in a place of digests, but no digest file' };
  const signature = await signatureBeside(path);
  return {
    path,
    digest,
    sha256: createHash('sha256').update(content).digest('hex'),
    ...(signature !== undefined && { signature }),
  };
}

/** A digest lists an hour of log files, at some 400 bytes each. */
const longestDigest = 256 << 20;

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function signatureBeside(path: string): Promise<string | undefined> {
  const metadata = parseJson(await textOf(`${path}${metadataEnding}`));
  const signature = (await textOf(`${path}.sig`))?.trim() ?? signatureIn(metadata);
  return signature !== undefined && /^[0-9a-f]+$/i.test(signature) ? signature : undefined;
}

function signatureIn(metadata: unknown): string | undefined {
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const { Metadata, signature, 'x-amz-meta-signature': header } = metadata as Record<string, unknown>;
  const found = signature ?? header;
  return typeof found === 'string' ? found : signatureIn(Metadata);
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of what is in it, unpacked, as a digest lists it; `undefined` where it cannot be read. */
async function hashOfFile(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  const bytes: AsyncIterator<Buffer> = createReadStream(path, { highWaterMark: 1 << 20 })[
    Symbol.asyncIterator
  ]();
  try {
    const first = await bytes.next();
    if (first.done) return hash.digest('hex');
    const all = (async function* () {
      yield first.value;
      yield* { [Symbol.asyncIterator]: () => bytes };
    })();
    for await (const chunk of isGzip(first.value) ? unpacked(all) : all) hash.update(chunk);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

function unpacked(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const gunzip = createGunzip();
  // The callback has nothing to do: an error of either end reaches the loop that reads.
  pipeline(Readable.from(bytes), gunzip, () => {});
  return gunzip;
}
