import { isAtLeast, type Severity } from '../functions/core/model/severity.ts';
import { compareText } from '../functions/core/order.ts';
import type {
  AttackOutcome,
  Detection,
  FalseIncident,
  LabelledAttack,
  Level,
  MeasuredIncident,
  OrganisationOutcome,
} from './measured.ts';
import { type Interval, median, poissonInterval, wilsonInterval } from './statistics.ts';

const dayMs = 86_400_000;

export interface Judged {
  readonly organisation: string;
  readonly attacks: readonly LabelledAttack[];
  readonly incidents: readonly MeasuredIncident[];
  /** Milliseconds. */
  readonly startsAt: number;
  readonly days: number;
  /** At the beginning, without attacks: the auditor learns. */
  readonly quietDays: number;
}

/**
 * Compares the incidents of one organisation with its attacks. An attack is found when an incident of the level has at
 * least one of its events; an incident without any attack's event is false.
 */
export function outcomeOf({
  organisation,
  attacks,
  incidents,
  startsAt,
  days,
  quietDays,
}: Judged): OrganisationOutcome {
  const attackEvents = new Set(attacks.flatMap(({ eventIds }) => eventIds));
  const quietUntil = startsAt + quietDays * dayMs;
  const involving = new Map<string, MeasuredIncident[]>();
  const falseIncidents: FalseIncident[] = [];
  for (const incident of incidents) {
    const hits = incident.eventIds.filter((id) => attackEvents.has(id));
    for (const id of hits) involving.set(id, [...(involving.get(id) ?? []), incident]);
    if (hits.length > 0) continue;
    const { severity, title, detectors, actors, firstSeen } = incident;
    const isQuietPeriod = firstSeen !== null && firstSeen < quietUntil;
    falseIncidents.push({ severity, title, detectors, actors, at: firstSeen, isQuietPeriod });
  }
  return {
    organisation,
    weeks: (days - quietDays) / 7,
    attacks: attacks.map((attack): AttackOutcome => {
      const candidates = [...new Set(attack.eventIds.flatMap((id) => involving.get(id) ?? []))];
      const { id, kind, grade, story, unfindable } = attack;
      const detection = (level: Level) => earliest(attack, candidates, attackEvents, level);
      return {
        id,
        kind,
        grade,
        story,
        ...(unfindable !== undefined && { unfindable }),
        detection: { medium: detection('medium'), info: detection('info') },
      };
    }),
    falseIncidents,
  };
}

function earliest(
  attack: LabelledAttack,
  candidates: readonly MeasuredIncident[],
  attackEvents: ReadonlySet<string>,
  level: Level,
): Detection | null {
  const own = new Set(attack.eventIds);
  let best: Detection | null = null;
  for (const incident of candidates) {
    if (!isAtLeast(incident.severity, level)) continue;
    const seconds = Math.max(0, (raisedAt(incident, own, level) - attack.startedAt) / 1000);
    if (best && best.seconds <= seconds) continue;
    const share = incident.eventIds.filter((id) => attackEvents.has(id)).length / incident.eventIds.length;
    best = { seconds, share, title: incident.title, detectors: incident.detectors };
  }
  return best;
}

/** When the incident first had the level and an event of the attack; at the latest with its last step. */
function raisedAt(incident: MeasuredIncident, own: ReadonlySet<string>, level: Severity): number {
  let isInvolved = false;
  for (const step of incident.steps) {
    isInvolved ||= step.eventIds.some((id) => own.has(id));
    if (isInvolved && isAtLeast(step.severity, level)) return step.at;
  }
  return incident.steps.at(-1)?.at ?? incident.firstSeen ?? 0;
}

export interface Recall {
  readonly found: number;
  readonly count: number;
  /** 1 of nothing: there was nothing to miss. */
  readonly recall: number;
  readonly interval: Interval;
}

export interface KindSummary extends Recall {
  readonly kind: string;
  readonly grades: ReadonlyMap<string, Recall>;
  readonly medianSeconds: number | null;
}

export interface FalseIncidentRate {
  readonly count: number;
  /** Of all organisations together. */
  readonly weeks: number;
  readonly perWeek: number;
  readonly interval: Interval;
  /** Most in one organisation. */
  readonly worst: number;
  readonly inQuietPeriod: number;
}

/** What one auditor made of all organisations, counting incidents from `level` on. */
export interface Summary {
  readonly level: Level;
  readonly overall: Recall;
  readonly kinds: readonly KindSummary[];
  readonly grades: ReadonlyMap<string, Recall>;
  readonly medianSeconds: number | null;
  /** Median share of attack events in the evidence of detecting incidents. */
  readonly medianShare: number | null;
  /** Attacks said to be unfindable; they are part of every figure above. */
  readonly unfindable: Recall;
  readonly falseIncidents: FalseIncidentRate;
}

export function summarise(outcomes: readonly OrganisationOutcome[], level: Level): Summary {
  const attacks = outcomes.flatMap((outcome) => outcome.attacks);
  const detections = (among: readonly AttackOutcome[]): Detection[] =>
    among.flatMap(({ detection }) => detection[level] ?? []);
  const recall = (among: readonly AttackOutcome[]): Recall =>
    recallOf(detections(among).length, among.length);
  const byGrade = (among: readonly AttackOutcome[]): Map<string, Recall> =>
    new Map(
      [...Map.groupBy(among, ({ grade }) => grade)]
        .toSorted(([a], [b]) => gradeOrder(a) - gradeOrder(b) || compareText(a, b))
        .map(([grade, group]) => [grade, recall(group)]),
    );
  const seconds = (among: readonly AttackOutcome[]): number | null =>
    median(detections(among).map((detection) => detection.seconds));
  return {
    level,
    overall: recall(attacks),
    kinds: [...Map.groupBy(attacks, ({ kind }) => kind)]
      .toSorted(([a], [b]) => compareText(a, b))
      .map(([kind, group]) => ({
        kind,
        ...recall(group),
        grades: byGrade(group),
        medianSeconds: seconds(group),
      })),
    grades: byGrade(attacks),
    medianSeconds: seconds(attacks),
    medianShare: median(detections(attacks).map(({ share }) => share)),
    unfindable: recall(attacks.filter(({ unfindable }) => unfindable !== undefined)),
    falseIncidents: falseIncidentRate(outcomes, level),
  };
}

const grades = ['easy', 'middle', 'hard'];
/** From easy to hard; other people's grades after them. */
const gradeOrder = (grade: string): number =>
  (grades.indexOf(grade) + grades.length + 1) % (grades.length + 1);

const recallOf = (found: number, count: number): Recall => ({
  found,
  count,
  recall: count === 0 ? 1 : found / count,
  interval: wilsonInterval(found, count),
});

function falseIncidentRate(outcomes: readonly OrganisationOutcome[], level: Level): FalseIncidentRate {
  const counts = outcomes.map(({ falseIncidents }) => {
    const counted = falseIncidents.filter(({ severity }) => isAtLeast(severity, level));
    const quiet = counted.filter(({ isQuietPeriod }) => isQuietPeriod).length;
    return { quiet, counted: counted.length - quiet };
  });
  const count = counts.reduce((sum, { counted }) => sum + counted, 0);
  const weeks = outcomes.reduce((sum, outcome) => sum + outcome.weeks, 0);
  const { low, high } = poissonInterval(count);
  return {
    count,
    weeks,
    perWeek: weeks === 0 ? 0 : count / weeks,
    interval: weeks === 0 ? { low: 0, high: 0 } : { low: low / weeks, high: high / weeks },
    worst: counts.reduce((most, { counted }) => Math.max(most, counted), 0),
    inQuietPeriod: counts.reduce((sum, { quiet }) => sum + quiet, 0),
  };
}
