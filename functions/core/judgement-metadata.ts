import type { Stage } from './model/incident.ts';
import type { Severity } from './model/severity.ts';

/** What a detector or a check says of itself; its page, `explain` and its findings are made of it. */
export interface JudgementMetadata {
  /** The file's name. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** `experimental` detectors are off until the settings name them. */
  readonly status: 'stable' | 'experimental';
  /** Where in a story its findings stand. */
  readonly stage: Stage;
  /** MITRE ATT&CK technique ids; see model/attack-techniques.ts. */
  readonly attack: readonly string[];
  readonly rationale: string;
  readonly falsePositives: readonly string[];
  /** What it misses and how it is evaded. */
  readonly blindSpots: readonly string[];
  /** Steps for the person who receives the finding. */
  readonly response: readonly string[];
}
