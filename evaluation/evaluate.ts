import type { AccessEvent } from '../functions/core/model/access-event.ts';
import { normaliseCloudTrail } from '../functions/core/normalise/cloudtrail.ts';
import { type RawRecord, textAt } from '../functions/core/normalise/raw-record.ts';
import type { EvaluatedData, PeacefulOddity } from './evaluated-data.ts';
import { createOwnJudging, type Judgement } from './judging.ts';
import { outcomeOf } from './measure.ts';
import type { LabelledAttack, MeasuredIncident, OrganisationOutcome } from './measured.ts';
import { peers } from './peers/index.ts';
import { peerEvent } from './peers/peer-event.ts';
import { createPeerJudging } from './peers/peer-judging.ts';

/** What all auditors made of one organisation. Plain data: it travels between threads. */
export interface Evaluation {
  readonly name: string;
  readonly startsAt: number;
  readonly records: number;
  readonly ours: OrganisationOutcome;
  readonly peers: readonly { readonly vendor: string; readonly outcome: OrganisationOutcome }[];
  readonly oddities: readonly PeacefulOddity[];
  /** Milliseconds by part. */
  readonly timings: Readonly<Record<string, number>>;
}

/** Judges one organisation with our engine alone. */
export async function judgeOrganisation(data: EvaluatedData): Promise<Judgement> {
  const judging = createOwnJudging(data);
  for (let day = 0; day < data.days; day += 1) await judging.deliver(normalise(data.recordsOf(day)));
  return judging.finish();
}

/** Lets our engine and the peers' rules judge one organisation, day by day, and measures them. */
export async function evaluate(data: EvaluatedData): Promise<Evaluation> {
  const stopwatch = createStopwatch();
  const own = createOwnJudging(data);
  const others = peers.map((peer) => ({ vendor: peer.vendor, judging: createPeerJudging(peer) }));
  const copies = new Map<string, string>();
  let count = 0;
  for (let day = 0; day < data.days; day += 1) {
    const records = stopwatch.time('generate', () => data.recordsOf(day));
    count += records.length;
    noteCopies(records, copies);
    const events = stopwatch.time('normalise', () => normalise(records));
    await stopwatch.time('judge', () => own.deliver(events));
    const peerEvents = stopwatch.time('normalise', () =>
      records.flatMap((record) => peerEvent(record) ?? []),
    );
    for (const { vendor, judging } of others) {
      stopwatch.time(vendor, () => {
        for (const event of peerEvents) judging.see(event);
      });
    }
  }

  const attacks = data.attacks.map((attack) => ({ ...attack, eventIds: unified(attack.eventIds, copies) }));
  const measured = (incidents: readonly MeasuredIncident[]) => outcomeIn(data, attacks, incidents, copies);
  return {
    name: data.name,
    startsAt: data.startsAt,
    records: count,
    ours: measured(stopwatch.time('incidents', () => own.finish()).incidents),
    peers: others.map(({ vendor, judging }) => ({
      vendor,
      outcome: measured(stopwatch.time(vendor, () => judging.finish())),
    })),
    oddities: data.oddities,
    timings: stopwatch.timings,
  };
}

function outcomeIn(
  data: EvaluatedData,
  attacks: readonly LabelledAttack[],
  incidents: readonly MeasuredIncident[],
  copies: ReadonlyMap<string, string>,
): OrganisationOutcome {
  return outcomeOf({
    organisation: data.name,
    attacks,
    incidents: incidents.map((incident) => ({
      ...incident,
      eventIds: unified(incident.eventIds, copies),
      steps: incident.steps.map((step) => ({ ...step, eventIds: unified(step.eventIds, copies) })),
    })),
    startsAt: data.startsAt,
    days: data.days,
    quietDays: data.quietDays,
  });
}

const normalise = (records: readonly RawRecord[]): AccessEvent[] =>
  records.flatMap((record) => normaliseCloudTrail(record) ?? []);

/** A call across accounts has a record, and an event id, in each; an auditor that names either one names the call. */
function noteCopies(records: readonly RawRecord[], copies: Map<string, string>): void {
  for (const record of records) {
    const id = textAt(record, 'eventID');
    const shared = textAt(record, 'sharedEventID');
    if (id && shared) copies.set(id, shared);
  }
}

const unified = (ids: readonly string[], copies: ReadonlyMap<string, string>): string[] => [
  ...new Set(ids.map((id) => copies.get(id) ?? id)),
];

function createStopwatch() {
  const timings: Record<string, number> = {};
  const add = (part: string, from: number) => {
    timings[part] = (timings[part] ?? 0) + performance.now() - from;
  };
  return {
    timings,
    /** Also of what a promise takes. */
    time<Result>(part: string, work: () => Result): Result {
      const from = performance.now();
      const result = work();
      if (result instanceof Promise) return result.finally(() => add(part, from)) as Result;
      add(part, from);
      return result;
    },
  };
}
