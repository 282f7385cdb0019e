import type { Evaluation } from './evaluate.ts';
import { type Summary, summarise } from './measure.ts';
import { levels } from './measured.ts';
import { type PeerSummaries, type Target, targetsOf } from './targets.ts';

/** Everything that is told about a run, without times of day or of computing: the same for the same data. */
export interface Report {
  readonly organisations: number;
  readonly records: number;
  /** At level medium, then info. */
  readonly ours: readonly [Summary, Summary];
  readonly peers: readonly PeerSummaries[];
  readonly targets: readonly Target[];
  /** Reasons by kind. */
  readonly unfindable: ReadonlyMap<string, readonly string[]>;
}

export function buildReport(evaluations: readonly Evaluation[]): Report {
  const own = evaluations.map(({ ours }) => ours);
  const ours = [summarise(own, 'medium'), summarise(own, 'info')] as const;
  const vendors = evaluations[0]?.peers.map(({ vendor }) => vendor) ?? [];
  const peers = vendors.map((vendor) => {
    const outcomes = evaluations.flatMap((evaluation) =>
      evaluation.peers.filter((peer) => peer.vendor === vendor).map(({ outcome }) => outcome),
    );
    return { vendor, summaries: levels.map((level) => summarise(outcomes, level)) };
  });
  const unfindable = Map.groupBy(
    own.flatMap(({ attacks }) => attacks).filter((attack) => attack.unfindable !== undefined),
    ({ kind }) => kind,
  );
  return {
    organisations: evaluations.length,
    records: evaluations.reduce((sum, { records }) => sum + records, 0),
    ours,
    peers,
    targets: targetsOf(ours[0], peers),
    unfindable: new Map(
      [...unfindable].map(([kind, attacks]) => [
        kind,
        [...new Set(attacks.map((attack) => attack.unfindable ?? ''))],
      ]),
    ),
  };
}
