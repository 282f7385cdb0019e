import { type AttackKind, attackKinds, type Grade, grades } from './labels.ts';

/** For whoever changes a detector or a default. */
export const tuningSeeds: readonly number[] = [101, 102, 103, 104, 105, 106, 107, 108];

/** For what is reported. Nobody looks into these organisations before the detectors are fixed. */
export const reportingSeeds: readonly number[] = [
  5003, 5011, 5023, 5039, 5051, 5059, 5077, 5081, 5087, 5099, 5101, 5107, 5113, 5119, 5147, 5153, 5167, 5171,
  5179, 5189,
];

/**
 * Which attacks the organisation at `index` (of the reporting seeds) suffers. Of each kind an organisation has one or
 * two: each pair of organisations shares the three grades, so that 20 organisations have 30 of each kind and 10 of each
 * of its grades.
 */
export function assignGrades(index: number): (kind: AttackKind) => readonly Grade[] {
  const pair = Math.floor(index / 2);
  return (kind) => {
    const number = attackKinds.indexOf(kind);
    // Which grade is alone changes from pair to pair and from kind to kind; so does which of the two has it.
    const alone = (pair + number) % grades.length;
    const hasOne = index % 2 === (Math.floor(pair / 3) + number) % 2;
    return grades.filter((_, grade) => (grade === alone) === hasOne);
  };
}
