import type { Finding } from '../../functions/core/model/finding.ts';
import type { CloudTrailRecord } from './records.ts';

/** What a detector must say, and where it must be quiet. One file a detector: test/core/detectors/<id>.cases.ts. */
export interface DetectorCases {
  readonly fires: readonly {
    name: string;
    records: readonly CloudTrailRecord[];
    finding: Partial<Finding>;
  }[];
  readonly quiet: readonly { name: string; records: readonly CloudTrailRecord[] }[];
}
