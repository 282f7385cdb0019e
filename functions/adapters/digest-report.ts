import { readFile } from 'node:fs/promises';
import { checkDigests } from '../core/completeness/digests.ts';
import { UnreadableInputError } from '../core/errors.ts';
import type { DigestReport } from '../core/model/digest-report.ts';
import { findDigests } from './digest-files.ts';
import { signatureVerifier } from './digest-signature.ts';
import { fileErrorReason, type UnreadableInput } from './log-file-faults.ts';
import type { LogFileTree } from './log-file-tree.ts';

export interface CheckedDigests {
  /** `null`: no digest file is among the log files. */
  readonly report: DigestReport | null;
  readonly unreadable: readonly UnreadableInput[];
}

/**
 * Checks the digest files among log files; where there are some, every log file is read once more for its hash.
 *
 * @param publicKeys files with answers of `aws cloudtrail list-public-keys`; none: signatures stay unchecked
 */
export async function checkDigestsAmong(
  tree: LogFileTree,
  publicKeys: readonly string[] = [],
): Promise<CheckedDigests> {
  const found = await findDigests(tree);
  const answers: string[] = [];
  const unreadable = [...found.unreadable];
  for (const path of publicKeys) {
    try {
      const text = await readFile(path, 'utf8');
      signatureVerifier([text]);
      answers.push(text);
    } catch (error) {
      unreadable.push({
        path,
        reason: error instanceof UnreadableInputError ? error.message : fileErrorReason(error),
      });
    }
  }
  if (found.digests.length === 0) return { report: null, unreadable };
  const report = await checkDigests({
    ...found,
    verify: answers.length === 0 ? undefined : signatureVerifier(answers),
  });
  return { report, unreadable };
}
