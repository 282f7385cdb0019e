import type { DigestFault } from '../model/digest-report.ts';
import { compareText } from '../order.ts';
import { chainOf, type DigestFile, lastPart } from './digest-document.ts';

const idsKept = 100;

/** Digests of one trail and Region, in order of time. */
export interface DigestChain {
  readonly region: string;
  readonly isBackfill: boolean;
  readonly files: readonly DigestFile[];
}

/** A digest that was given twice counts once. */
export function chainsOf(files: readonly DigestFile[]): DigestChain[] {
  const distinct = new Map(files.map((file) => [`${file.digest.digestS3Object} ${file.sha256}`, file]));
  const chains = Map.groupBy(distinct.values(), ({ digest }) => chainOf(digest).chain);
  return [...chains]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, group]) => ({
      region: group[0] ? chainOf(group[0].digest).region : 'unknown',
      isBackfill: group[0] ? chainOf(group[0].digest).isBackfill : false,
      files: group.toSorted(
        (a, b) =>
          endOf(a) - endOf(b) ||
          compareText(a.digest.digestS3Object, b.digest.digestS3Object) ||
          compareText(a.sha256, b.sha256),
      ),
    }));
}

export const startOf = ({ digest }: DigestFile): number => Date.parse(digest.digestStartTime);
export const endOf = ({ digest }: DigestFile): number => Date.parse(digest.digestEndTime);

/** Where a chain of digests is interrupted, or two of it contradict each other. */
export function chainFaults({ region, isBackfill, files }: DigestChain): DigestFault[] {
  const known = new Set(files.map(({ digest }) => digest.digestS3Object));
  return files.flatMap((file, index) => {
    const before = files[index - 1];
    return before ? linkFaults(before, file, { region, isBackfill, known }) : [];
  });
}

interface Surroundings {
  readonly region: string;
  readonly isBackfill: boolean;
  readonly known: ReadonlySet<string>;
}

function linkFaults(
  before: DigestFile,
  { digest, ...rest }: DigestFile,
  { region, isBackfill, known }: Surroundings,
): DigestFault[] {
  const file = { digest, ...rest };
  const fault = faultIn(file, region);
  const names = [before.digest.digestS3Object, digest.digestS3Object];
  const [nameBefore, name] = names.map(lastPart);
  if (before.digest.digestS3Object === digest.digestS3Object) {
    return [
      fault(
        'broken-link',
        startOf(file),
        endOf(file),
        [digest.digestS3Object],
        `Two digests of different content are called ${name}: one of them was changed.`,
      ),
    ];
  }
  const isAfterBefore = digest.previousDigestS3Object === before.digest.digestS3Object;
  if (isAfterBefore && digest.previousDigestHashValue?.toLowerCase() !== before.sha256) {
    return [
      fault(
        'broken-link',
        startOf(before),
        endOf(file),
        names,
        `${name} names another hash for ${nameBefore} than it has: one of the two was changed.`,
      ),
    ];
  }
  // Digests of late files are made when there are some; no time is missing between them.
  if (isBackfill) return [];
  const missing = startOf(file) > endOf(before);
  if (isAfterBefore) {
    return startOf(file) === endOf(before)
      ? []
      : [
          fault(
            'broken-link',
            Math.min(startOf(file), endOf(before)),
            Math.max(startOf(file), endOf(before)),
            names,
            `${name} follows ${nameBefore}, but does not begin where that ends.`,
          ),
        ];
  }
  if (!digest.previousDigestS3Object) {
    return missing
      ? [
          fault(
            'hole',
            endOf(before),
            startOf(file),
            names,
            `The digests begin anew with ${name}: in between the trail, or the validation of its files, was switched off.`,
          ),
        ]
      : [];
  }
  if (missing && !known.has(digest.previousDigestS3Object)) {
    return [
      fault(
        'missing-digest',
        endOf(before),
        startOf(file),
        [digest.previousDigestS3Object],
        `${name} follows ${lastPart(digest.previousDigestS3Object)}, which is not there.`,
      ),
    ];
  }
  return [
    fault(
      'broken-link',
      endOf(before),
      Math.max(endOf(before), startOf(file)),
      names,
      `${name} names another digest before it than ${nameBefore}, which is there in its place.`,
    ),
  ];
}

/** Faults about what a digest speaks of. */
export const faultIn =
  ({ digest }: DigestFile, region: string) =>
  (
    kind: DigestFault['kind'],
    from: number,
    to: number,
    files: readonly string[],
    explanation: string,
  ): DigestFault => ({
    kind,
    account: digest.awsAccountId,
    region,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    files: files.slice(0, idsKept),
    count: files.length,
    explanation,
  });
