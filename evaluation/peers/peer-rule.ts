import type { Severity } from '../../functions/core/model/severity.ts';
import type { PeerEvent } from './peer-event.ts';

export type Vendor = 'Elastic' | 'Panther' | 'Datadog';

/** What one rule says at one moment. */
export interface PeerAlert {
  readonly rule: string;
  readonly severity: Severity;
  /** Of the event that completed it. */
  readonly time: number;
  /** Its events that no earlier alert of the rule named, in order of time; the last one completed it. */
  readonly events: readonly [PeerEvent, ...PeerEvent[]];
}

/** Takes events in order of time, one after the other, and answers those that this one makes worth an alert. */
export type Watching = (event: PeerEvent) => readonly PeerEvent[];

export interface PeerRule {
  readonly vendor: Vendor;
  readonly id: string;
  /** As the vendor publishes it. Where it is not published: `medium`, and `differs` says so. */
  readonly severity: Severity | ((event: PeerEvent) => Severity);
  /** The file or page that the port follows. */
  readonly source: string;
  /** Where the port is not the rule, and why. */
  readonly differs?: string;
  /** A fresh state for one organisation. */
  start(): Watching;
}

export interface PeerWatch {
  /** @param event not before any earlier one */
  see(event: PeerEvent): readonly PeerAlert[];
}

/** Watches one organisation with a set of rules. */
export function watchWith(rules: readonly PeerRule[]): PeerWatch {
  const running = rules.map((rule) => ({ rule, watching: rule.start() }));
  return {
    see: (event) =>
      running.flatMap(({ rule, watching }) => {
        const [first, ...rest] = watching(event);
        if (!first) return [];
        const severity = typeof rule.severity === 'function' ? rule.severity(event) : rule.severity;
        return [{ rule: rule.id, severity, time: event.time, events: [first, ...rest] }];
      }),
  };
}

/** All alerts of a rule over events in order of time. */
export function evaluate(rule: PeerRule, events: readonly PeerEvent[]): PeerAlert[] {
  const watch = watchWith([rule]);
  return events.flatMap((event) => watch.see(event));
}
