import type { ReportCoverage } from '../model/report.ts';
import type { Sweep } from '../ports.ts';

const hourMs = 3_600_000;

/** A sweep may lie some schedules back before it is a gap. */
const behindMs = 6 * hourMs;

export interface SweptOptions {
  readonly sweeps: readonly Sweep[];
  /** Since when nothing is missing from the history; milliseconds. */
  readonly knownSince: number | undefined;
  /** Of the time that the report covers, milliseconds. */
  readonly from: number;
  readonly now: number;
}

/** How far the sweeps of each account and Region reach: as far as that of its event source that is furthest behind. */
export function sweptCoverage({ sweeps, knownSince, from, now }: SweptOptions): ReportCoverage {
  const begins = Math.min(Math.max(from, knownSince ?? now), now);
  const places = [
    ...Map.groupBy(sweeps, ({ target: { account, region } }) => `${account} ${region}`).values(),
  ].flatMap((of) => {
    const [first] = of;
    if (!first) return [];
    const until = Math.min(now, ...of.map(({ sweptUntil }) => sweptUntil));
    const to = Math.max(begins, until);
    const missing = now - until > behindMs ? Math.round((now - to) / hourMs) : 0;
    return [
      {
        account: first.target.account,
        region: first.target.region,
        from: iso(begins),
        to: iso(to),
        records: null,
        hours: Math.round((now - begins) / hourMs),
        emptyHours: 0,
        gapsCanBeTold: 'never' as const,
        gaps: missing > 0 ? [{ from: iso(to), to: iso(now), hours: missing, kind: 'end' as const }] : [],
      },
    ];
  });
  const hours = places.reduce((sum, place) => sum + place.hours, 0);
  const lost = places.reduce((sum, { gaps }) => sum + (gaps[0]?.hours ?? 0), 0);
  return {
    percent: hours === 0 ? null : Math.floor(((hours - lost) / hours) * 1000) / 10,
    places: places.sort((a, b) => (`${a.account} ${a.region}` < `${b.account} ${b.region}` ? -1 : 1)),
  };
}

const iso = (time: number): string => new Date(time).toISOString();
