import type { KindSummary, Summary } from './measure.ts';
import { untellable } from './untellable.ts';

export interface Target {
  readonly name: string;
  readonly demanded: string;
  readonly measured: string;
  readonly holds: boolean;
}

export interface PeerSummaries {
  readonly vendor: string;
  /** At every level. */
  readonly summaries: readonly Summary[];
}

/** What issue 4 demands. */
export const demands = {
  recall: 0.95,
  recallOfEachKind: 0.8,
  falseIncidentsAWeek: 0.5,
  aheadOfBestPeer: 0.2,
} as const;

const figure = (value: number): string => value.toFixed(3);

/** @param ours at level medium */
export function targetsOf(ours: Summary, peers: readonly PeerSummaries[]): Target[] {
  const worst = ours.kinds.map(demandedOf).toSorted((a, b) => a.recall - b.recall)[0];
  const { perWeek } = ours.falseIncidents;
  return [
    {
      name: 'Recall over all attacks',
      demanded: `>= ${demands.recall}`,
      measured: figure(ours.overall.recall),
      holds: ours.overall.recall >= demands.recall,
    },
    {
      name: 'Recall of the kind found least (*)',
      demanded: `>= ${demands.recallOfEachKind}`,
      measured: worst ? `${figure(worst.recall)} (${worst.kind})` : 'no attacks',
      holds: (worst?.recall ?? 1) >= demands.recallOfEachKind,
    },
    {
      name: 'False incidents a week and organisation',
      demanded: `<= ${demands.falseIncidentsAWeek}`,
      measured: figure(perWeek),
      holds: perWeek <= demands.falseIncidentsAWeek,
    },
    ...aheadOfBestPeer(ours, peers),
  ];
}

/** A kind by its grades that can be told. */
function demandedOf({ kind, grades }: KindSummary): { kind: string; recall: number } {
  const demanded = [...grades].filter(
    ([grade]) => !untellable.some((each) => each.kind === kind && each.grade === grade),
  );
  const sum = (of: 'found' | 'count') => demanded.reduce((total, [, recall]) => total + recall[of], 0);
  return { kind, recall: sum('count') === 0 ? 1 : sum('found') / sum('count') };
}

/** The best peer is the one with the highest recall, counted from whichever severity favours it. */
function aheadOfBestPeer(ours: Summary, peers: readonly PeerSummaries[]): Target[] {
  const best = peers
    .flatMap(({ vendor, summaries }) => summaries.map((summary) => ({ vendor, summary })))
    .toSorted((a, b) => b.summary.overall.recall - a.summary.overall.recall)[0];
  if (!best) return [];
  const ahead = ours.overall.recall - best.summary.overall.recall;
  const theirs = best.summary.falseIncidents.perWeek;
  return [
    {
      name: 'Recall above the best peer',
      demanded: `>= ${demands.aheadOfBestPeer}`,
      measured: `${figure(ahead)} (${best.vendor}, from ${best.summary.level}: ${figure(best.summary.overall.recall)})`,
      // 0.95 - 0.75 is less than 0.2 to a double.
      holds: Math.round(ahead * 1e6) >= demands.aheadOfBestPeer * 1e6,
    },
    {
      name: 'No more false incidents than it',
      demanded: `<= ${figure(theirs)}`,
      measured: figure(ours.falseIncidents.perWeek),
      holds: ours.falseIncidents.perWeek <= theirs,
    },
  ];
}
