import { describeClauseIdentity } from '../contracts/identities.ts';
import type { Clause } from '../model/contract-clause.ts';
import type { SecretReader } from '../model/secret-reader.ts';
import type { ProofInput } from './proof.ts';

export interface UnseenReader {
  readonly clause: string;
  /** `role ci-deploy` */
  readonly who: string;
}

/** Who may read by the contract, and was never seen to: it may read seldom, or not by this secret any more. */
export const unseenReaders = (
  clauses: readonly Clause[],
  readers: readonly SecretReader[],
  isAbout: ProofInput['isAbout'],
): UnseenReader[] =>
  clauses
    .filter(({ actions }) => actions === 'any' || actions.includes('read'))
    .filter((clause) => !readers.some((reader) => isAbout(clause, reader)))
    .map((clause) => ({ clause: clause.id, who: describeClauseIdentity(clause) }));
