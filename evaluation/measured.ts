import type { Severity } from '../functions/core/model/severity.ts';

/** An attack that is known to be in the data. */
export interface LabelledAttack {
  readonly id: string;
  readonly kind: string;
  readonly grade: string;
  readonly story: string;
  /** Milliseconds, of its first event. */
  readonly startedAt: number;
  readonly eventIds: readonly string[];
  /** Why nobody could tell it from peaceful use by CloudTrail alone. */
  readonly unfindable?: string;
}

/** How an incident grew: from `at` on it had this severity, and these events more than before. */
export interface IncidentStep {
  /** Milliseconds, event time: of the event that completed what the step adds. */
  readonly at: number;
  readonly severity: Severity;
  readonly eventIds: readonly string[];
}

/** An incident of any auditor, as the measure sees it. */
export interface MeasuredIncident {
  readonly title: string;
  readonly severity: Severity;
  /** Milliseconds; `null` where the evidence has no time. */
  readonly firstSeen: number | null;
  readonly detectors: readonly string[];
  readonly actors: readonly string[];
  readonly eventIds: readonly string[];
  /** In order of time. */
  readonly steps: readonly IncidentStep[];
}

/**
 * From which severity an incident counts. `medium` is what the targets are about; `info` counts everything, because
 * some vendors give every rule about secrets the lowest severity there is.
 */
export const levels = ['medium', 'info'] as const;

export type Level = (typeof levels)[number];

export interface Detection {
  /** From the attack's first event. */
  readonly seconds: number;
  /** Of the incident's evidence: how much of it belongs to an attack. */
  readonly share: number;
  readonly title: string;
  readonly detectors: readonly string[];
}

export interface AttackOutcome {
  readonly id: string;
  readonly kind: string;
  readonly grade: string;
  readonly story: string;
  readonly unfindable?: string;
  readonly detection: Readonly<Record<Level, Detection | null>>;
}

/** An incident with no event of any attack. */
export interface FalseIncident {
  readonly severity: Severity;
  readonly title: string;
  readonly detectors: readonly string[];
  readonly actors: readonly string[];
  readonly at: number | null;
  /** Before the auditor had learned what is usual; these are listed but not part of the rate. */
  readonly isQuietPeriod: boolean;
}

/** What one auditor made of one organisation. */
export interface OrganisationOutcome {
  readonly organisation: string;
  /** Of the time after the quiet period. */
  readonly weeks: number;
  readonly attacks: readonly AttackOutcome[];
  readonly falseIncidents: readonly FalseIncident[];
}
