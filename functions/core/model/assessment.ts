import type { AccessEvent } from './access-event.ts';
import type { Severity } from './severity.ts';

/**
 * What an identity had not shown before the UTC day of an event, within the history that is kept. `identity`: nobody
 * had seen it at all; the others are then not listed, because all of them would be.
 */
export type First =
  | 'identity'
  /** A secret, or a parameter, whose value it had not asked for. */
  | 'secret'
  /** A secret of an owner none of whose secrets it had read. */
  | 'team'
  | 'network'
  | 'agent'
  /** With the agent: an operating system that it had not used. */
  | 'system'
  | 'region'
  /** An hour at which it had not worked, nor anybody else who holds the same permission set. */
  | 'hour'
  /** An hour at which it had not worked, but others who hold the same permission set had. */
  | 'own-hour'
  | 'action';

/** What the access contracts say about an event. */
export type ContractVerdict =
  /** No entry of the settings applies to the secret, or the event concerns none. */
  | { readonly outcome: 'unregulated' }
  /** A clause permits it; `announce`: always, though permitted (break-glass). */
  | {
      readonly outcome: 'permitted';
      readonly clause: string;
      readonly announce?: 'always';
      readonly severity?: Severity;
      /** The exception that loosened the clause. */
      readonly exception?: string;
      /** Not more than `events` within `minutes` by one identity on one secret. */
      readonly rate?: { readonly events: number; readonly minutes: number };
    }
  /** The nearest clause, and in which respects it does not permit the event. */
  | {
      readonly outcome: 'broken';
      readonly clause: string;
      readonly respects: readonly ('who' | 'what' | 'where' | 'when')[];
      /** The clause as a person reads it, and what was met instead. */
      readonly quote: string;
      readonly severity?: Severity;
      readonly learnedUntil?: number;
    }
  /** The contract of the secret has no clause about this identity. */
  | {
      readonly outcome: 'none-permits';
      readonly quote: string;
      readonly severity?: Severity;
      /** The contract is a draft that nobody has reviewed, learned up to the end of this UTC day. */
      readonly learnedUntil?: number;
    };

/** What an event means in the light of history and contracts, computed once and the same for every detector. */
export interface Assessment {
  /** `short`: the suite is too young to call anything a first. */
  readonly history: 'sufficient' | 'short';
  readonly firsts: readonly First[];
  /**
   * Who had used the event's network before: this identity, others of the organisation, or nobody. `people`: the event is
   * a machine's, and no machine had come from there.
   */
  readonly networkKnownTo: 'identity' | 'organisation' | 'people' | 'nobody';
  /** A replication's Regions that nobody in the organisation had used. */
  readonly regionsNewToOrganisation: readonly string[];
  /** A policy's foreign accounts that nobody in the organisation acts from, or that are not known to be its own. */
  readonly accountsNewToOrganisation: readonly string[];
  /** Several machines began to come from the network within a week: a NAT gateway that was added or replaced. */
  readonly networkIsShared: boolean;
  /** The secret itself had not been seen before: that everybody reads it for the first time says nothing. */
  readonly secretIsNew: boolean;
  /**
   * The first UTC days, of those that are remembered, on which the identity and the event's network were seen, `null`
   * where there is none before the event's own; and since when nothing is missing.
   */
  readonly seenSince: {
    readonly identity: number | null;
    readonly network: number | null;
    readonly complete: number | null;
  };
  /** What is usual for the identity, for explanations and for telling spikes. */
  readonly usual: {
    readonly activeDays: number;
    /** At most 128. */
    readonly firstSeenDaysAgo: number;
    readonly networks: number;
    /** It comes from ever new networks, as travellers and hosted CI runners do. */
    readonly networksVary: boolean;
    readonly agents: readonly string[];
    /** Most different secrets read on one UTC day, and how often it read this many or half as many. */
    readonly secretsADay: number;
    /** Most reads on one of the last 28 UTC days, about (within a third). */
    readonly readsADay: number;
    /** Reads in an hour in which it worked, in the median of these days. */
    readonly readsAnHour: number;
    /** It writes values or moves labels, as a rotation function does. */
    readonly rotates: boolean;
    /** Reads on the event's own UTC day so far, about (within a third). */
    readonly readsToday: number;
  };
  readonly contract: ContractVerdict;
  /** The settings name this secret as a decoy, which nobody has a reason to touch. */
  readonly isDecoy: boolean;
  /** The suite rotates this secret, and tells of its rotations by itself. */
  readonly isRotated: boolean;
}

export type AssessedEvent = AccessEvent & { readonly assessment: Assessment };
