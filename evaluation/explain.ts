import { plainText } from '../functions/core/format/plain-text.ts';
import { isAtLeast } from '../functions/core/model/severity.ts';
import type { Evaluation } from './evaluate.ts';
import type { PeacefulOddity } from './evaluated-data.ts';
import type { FalseIncident } from './measured.ts';

const dayMs = 86_400_000;
/** Journeys and the like are noted on the day on which they begin. */
const nearbyDays = 14;

/** What our engine missed, and what it raised for nothing, with what was going on; for tuning. */
export function explain(evaluations: readonly Evaluation[]): string {
  return evaluations
    .flatMap((evaluation) => [...missed(evaluation), ...raisedForNothing(evaluation)])
    .join('\n');
}

function missed({ name, ours }: Evaluation): string[] {
  return ours.attacks
    .filter(({ detection }) => detection.medium === null)
    .flatMap(({ id, story, unfindable, detection: { info } }) => [
      `MISSED  ${name}  ${id}`,
      `        ${plainText(story)}`,
      ...(info ? [`        below medium: ${plainText(info.title)} (${info.detectors.join(', ')})`] : []),
      ...(unfindable === undefined ? [] : [`        said to be unfindable: ${unfindable}`]),
    ]);
}

function raisedForNothing({ name, ours, startsAt, oddities }: Evaluation): string[] {
  return ours.falseIncidents
    .filter(({ severity }) => isAtLeast(severity, 'medium'))
    .toSorted((a, b) => Number(a.isQuietPeriod) - Number(b.isQuietPeriod))
    .flatMap((incident) => {
      const { severity, title, detectors, actors, at, isQuietPeriod } = incident;
      const day = at === null ? undefined : Math.floor((at - startsAt) / dayMs);
      return [
        `FALSE   ${name}  ${severity}${isQuietPeriod ? ', in the quiet period' : ''}  day ${day ?? '?'}  ${at === null ? 'undated' : new Date(at).toISOString()}`,
        `        ${plainText(title)} (${detectors.join(', ')})`,
        ...actors.map((actor) => `        by ${plainText(actor)}`),
        ...matching(incident, day, oddities).map(
          (oddity) => `        day ${oddity.day}: ${plainText(oddity.actor)}: ${plainText(oddity.what)}`,
        ),
      ];
    });
}

/** Of the actor around the day; of the account or of everybody on the day itself. */
function matching(
  { actors }: FalseIncident,
  day: number | undefined,
  oddities: readonly PeacefulOddity[],
): PeacefulOddity[] {
  if (day === undefined) return [];
  return oddities.filter((oddity) => {
    if (actors.includes(oddity.actor)) return Math.abs(oddity.day - day) <= nearbyDays;
    const isGeneral = oddity.actor === 'everybody' || /^\d{12}$/.test(oddity.actor);
    return isGeneral && oddity.day === day;
  });
}
