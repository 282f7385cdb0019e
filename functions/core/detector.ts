import type * as z from 'zod';
import { dayNumber } from './history/days-seen.ts';
import { networkOf } from './history/network.ts';
import type { JudgementMetadata } from './judgement-metadata.ts';
import { type AccessEvent, secretKey, secretsOf } from './model/access-event.ts';
import type { AssessedEvent } from './model/assessment.ts';
import type { Action } from './model/cloudtrail-events.ts';
import type { Severity } from './model/severity.ts';

/**
 * What events can be grouped by and counted by. `target` is an action on a secret, `parameter` one of Systems Manager,
 * `phase` whether a value was read or written, `day` the UTC day.
 */
export type Dimension =
  | 'actor'
  | 'secret'
  | 'action'
  | 'resource'
  | 'target'
  | 'event'
  | 'parameter'
  | 'region'
  | 'network'
  | 'clause'
  | 'phase'
  /** Whose identity it is, or whose it makes. */
  | 'subject'
  | 'day';

/** Counting, declared: the engine groups, counts in event time and gives the finding its identity. */
export interface Count {
  /** Events with the same values belong together; one finding a group and UTC day. */
  readonly by: readonly Dimension[];
  /** Whose different values are counted. Default: events. */
  readonly distinct?: Dimension;
  /** Default 1. */
  readonly atLeast?: number;
  /** Also needs this many events. Default 1. */
  readonly atLeastEvents?: number;
  /** Length of the window, both ends included. Without it every event is judged for itself. */
  readonly withinMinutes?: number;
  /** Detectors that keep the same events by the same groups and values may name one window, which is kept once. */
  readonly window?: string;
}

/** The events of one finding: all that stood in a window which met the count, in order of time. */
export interface Evidence {
  readonly events: readonly [AssessedEvent, ...AssessedEvent[]];
  /** Different values of the counted dimension. */
  readonly distinct: number;
  /** Number of events; more than `events` holds where the list is full. */
  readonly count: number;
  /** Milliseconds from the first event to the last. */
  readonly spanMs: number;
}

export interface Judgement {
  /** Calm and exact; what happened, with its number. */
  readonly title: string;
  /** The number against its threshold or the broken rule; what is not known. */
  readonly explanation: string;
  /** Where it differs from the detector's own. */
  readonly severity?: Severity;
  /** Sent even where it is milder than the settings send. */
  readonly announce?: 'always';
}

export interface DetectorDefinition<Params extends z.ZodObject> extends JudgementMetadata {
  /** Events it looks at. What is asked of AWS is derived from this. */
  readonly actions: readonly Action[];
  /**
   * Where so many identities show it at once it has another cause, such as an outage, and each finding is low; see
   * engine/common-cause.ts.
   */
  readonly commonCause?: {
    readonly identities: number;
    readonly withinMinutes: number;
    readonly reason: string;
  };
  readonly params: Params;
  matches(event: AssessedEvent, params: z.infer<Params>): boolean;
  /** Events that wait in the window for those that match; default: those that match. */
  waits?(event: AccessEvent, params: z.infer<Params>): boolean;
  count(params: z.infer<Params>, event: AssessedEvent): Count;
  /** `undefined`: seen together the events are nothing after all. */
  describe(evidence: Evidence, params: z.infer<Params>): Judgement | undefined;
}

/** A detector whose parameters are checked by its own schema before they reach it. */
export type Detector = DetectorDefinition<z.ZodObject>;

/**
 * Declares a detector: metadata and judgement in one place. The engine adds id, group, times, evidence and
 * fingerprint, so a detector builds no Finding.
 */
export function defineDetector<Params extends z.ZodObject>(definition: DetectorDefinition<Params>): Detector {
  // The engine hands a detector only what its own `params` has parsed, so forgetting the type is safe.
  return definition as unknown as Detector;
}

/** The values that an event has in a dimension; several where a batch names several secrets. */
export function valuesOf(event: AssessedEvent, dimension: Dimension): readonly string[] {
  switch (dimension) {
    case 'actor':
      return [`${event.actor.account}/${event.actor.principal}`];
    case 'secret':
      return secretsOf(event).map(secretKey);
    case 'action':
      return [event.action];
    case 'resource':
      return [event.detail.trail ?? event.detail.resource ?? ''];
    case 'target':
      return [`${event.action} ${event.secret ? secretKey(event.secret) : ''}`];
    case 'event':
      return [event.key];
    case 'parameter':
      return event.detail.parameters ?? [];
    case 'region':
      return [event.region];
    case 'network':
      return [networkOf(event.origin) ?? ''];
    case 'clause': {
      const { contract } = event.assessment;
      return ['clause' in contract ? contract.clause : ''];
    }
    case 'subject':
      return [event.detail.createdIdentity ?? event.actor.principal];
    case 'phase':
      return [event.action === 'read' || event.action === 'batch-read' ? 'read' : 'write'];
    case 'day':
      return [event.time === null ? '' : String(dayNumber(event.time))];
  }
}
