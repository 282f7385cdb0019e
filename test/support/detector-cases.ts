import type { Finding } from '../../functions/core/model/finding.ts';
import type { CloudTrailRecord } from './records.ts';

export interface DetectorCase {
  readonly name: string;
  readonly records: readonly CloudTrailRecord[];
  /**
   * What had happened before, delivered first; the history then counts as complete for 60 days before `start`. Without
   * it nothing is known, and nothing is called new.
   */
  readonly history?: readonly CloudTrailRecord[];
  /** Instead of 60. */
  readonly knownForDays?: number;
  /** An audit.yaml. */
  readonly settings?: string;
}

/** What a detector must say, and where it must be quiet. One file a detector: test/core/detectors/<id>.cases.ts. */
export interface DetectorCases {
  readonly fires: readonly (DetectorCase & {
    /** Of each finding. */
    readonly finding: Partial<Finding>;
    /** How many; default 1. */
    readonly findings?: number;
  })[];
  readonly quiet: readonly DetectorCase[];
}
