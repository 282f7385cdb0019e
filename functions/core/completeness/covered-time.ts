import type { Coverage, CoverageGap, CoveredPlace } from '../model/coverage.ts';

/** Answers from a coverage what judgements ask of it. */
export interface CoveredTime {
  /** Whether the records of a place reach over a whole span of time, without a known gap in it. */
  covers(account: string, region: string, from: number, to: number): boolean;
  place(account: string, region: string): CoveredPlace | undefined;
  /** Gaps of a place that reach beyond a moment. */
  gapsSince(account: string, region: string, since: number): readonly CoverageGap[];
}

export function createCoveredTime(coverage: Coverage): CoveredTime {
  const places = new Map(coverage.places.map((place) => [`${place.account} ${place.region}`, place]));
  const placeOf = (account: string, region: string) => places.get(`${account} ${region}`);
  return {
    place: placeOf,
    covers(account, region, from, to) {
      const place = placeOf(account, region);
      if (!place || from < Date.parse(place.from) || to > Date.parse(place.to)) return false;
      return !place.gaps.some((gap) => Date.parse(gap.from) < to && Date.parse(gap.to) > from);
    },
    gapsSince: (account, region, since) =>
      placeOf(account, region)?.gaps.filter(({ to }) => Date.parse(to) > since) ?? [],
  };
}
