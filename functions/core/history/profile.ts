import { compareText } from '../order.ts';
import { addDay, type DaysSeen, dayNumber } from './days-seen.ts';
import { addRead, type ReadsSketch } from './reads-sketch.ts';

/**
 * Kinds of what is remembered of a subject, each with the letter that it is stored under: the day itself, the hour of
 * the day (UTC), the network block, the agent and its operating system, the Region, the kind of call, the secret that
 * was read and whose it is; of a network the machines and people that came from it; of the organisation its accounts.
 */
export const dimensions = {
  day: 'd',
  hour: 'h',
  network: 'n',
  agent: 'a',
  region: 'r',
  action: 'c',
  secret: 's',
  identity: 'i',
  team: 't',
  system: 'o',
  person: 'p',
  account: 'u',
} as const;

export type ProfileDimension = keyof typeof dimensions;

/** How many values of a dimension are kept; beyond them those go that were not seen for longest. */
const valuesKept: Readonly<Record<ProfileDimension, number>> = {
  day: 1,
  hour: 24,
  network: 200,
  agent: 50,
  region: 40,
  action: 40,
  // A sync operator of 5,000 secrets stays below half of a DynamoDB item.
  secret: 5_000,
  identity: 32,
  team: 200,
  system: 20,
  person: 32,
  account: 1_000,
};

/** Days whose number of reads is kept. */
const sketchesKept = 28;

/** What was seen of a subject on one day. */
export interface Sighting {
  /** Milliseconds. */
  readonly time: number;
  readonly features: readonly (readonly [ProfileDimension, string])[];
  /** Counts as a read of a value. */
  readonly readKey?: string;
}

/** What is usual for a subject: an identity, a secret, a network. Extended, never overwritten. */
export class Profile {
  readonly #seen = new Map<ProfileDimension, Map<string, DaysSeen>>();
  readonly #reads = new Map<number, ReadsSketch>();
  #text: string | undefined;

  /** @param text as `toString` wrote it */
  static parse(text: string | undefined): Profile {
    const profile = new Profile();
    if (text === undefined) return profile;
    const { seen, reads } = JSON.parse(text) as StoredProfile;
    for (const [letter, values] of Object.entries(seen)) {
      const dimension = dimensionOf[letter];
      if (!dimension) continue;
      profile.#seen.set(
        dimension,
        new Map(
          Object.entries(values).map(([value, days]) => {
            const [last = '', bits = ''] = days.split('.');
            return [value, { last: Number.parseInt(last, 36), bits: BigInt(`0x${bits}`) }];
          }),
        ),
      );
    }
    for (const [day, sketch] of Object.entries(reads ?? {})) {
      profile.#reads.set(Number.parseInt(day, 36), sketch);
    }
    profile.#text = text;
    return profile;
  }

  /** Sorted, so that equal profiles are equal texts. */
  toString(): string {
    if (this.#text !== undefined) return this.#text;
    const stored: StoredProfile = {
      seen: Object.fromEntries(
        [...this.#seen]
          .sort(byKey)
          .map(([dimension, values]) => [
            dimensions[dimension],
            Object.fromEntries(
              [...values]
                .sort(byKey)
                .map(([value, { last, bits }]) => [value, `${last.toString(36)}.${bits.toString(16)}`]),
            ),
          ]),
      ),
      ...(this.#reads.size > 0 && {
        reads: Object.fromEntries(
          [...this.#reads].sort(([a], [b]) => a - b).map(([day, sketch]) => [day.toString(36), sketch]),
        ),
      }),
    };
    this.#text = JSON.stringify(stored);
    return this.#text;
  }

  /** @returns whether it is late: it adds to a day before the subject's latest, so what was said of later days may change */
  add({ time, features, readKey }: Sighting): boolean {
    const day = dayNumber(time);
    let isLate = false;
    for (const [dimension, value] of features) {
      const values = this.#seen.get(dimension) ?? new Map<string, DaysSeen>();
      if (values.size === 0) this.#seen.set(dimension, values);
      const known = values.get(value);
      const seen = addDay(known, day);
      if (seen === known) continue;
      isLate ||= this.#latest > day;
      values.set(value, seen);
      this.#text = undefined;
      if (values.size > valuesKept[dimension]) forgetOldest(values);
    }
    if (readKey !== undefined && this.#addRead(day, readKey)) isLate ||= this.#latest > day;
    return isLate;
  }

  get #latest(): number {
    return this.days('day')?.last ?? Number.NEGATIVE_INFINITY;
  }

  days(dimension: ProfileDimension, value = ''): DaysSeen | undefined {
    return this.#seen.get(dimension)?.get(value);
  }

  values(dimension: ProfileDimension): ReadonlyMap<string, DaysSeen> {
    return this.#seen.get(dimension) ?? none;
  }

  reads(day: number): ReadsSketch | undefined {
    return this.#reads.get(day);
  }

  #addRead(day: number, key: string): boolean {
    const known = this.#reads.get(day);
    const sketch = addRead(known, key);
    if (sketch === known) return false;
    this.#reads.set(day, sketch);
    this.#text = undefined;
    if (this.#reads.size > sketchesKept) this.#reads.delete(Math.min(...this.#reads.keys()));
    return true;
  }
}

/** Letter of the dimension → value → days as `last.bits`, base 36 and 16. */
interface StoredProfile {
  readonly seen: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly reads?: Readonly<Record<string, ReadsSketch>>;
}

const none: ReadonlyMap<string, DaysSeen> = new Map();

const dimensionOf: Readonly<Record<string, ProfileDimension>> = Object.fromEntries(
  Object.entries(dimensions).map(([dimension, letter]) => [letter, dimension as ProfileDimension]),
);

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => compareText(a, b);

function forgetOldest(values: Map<string, DaysSeen>): void {
  let oldest: [string, DaysSeen] | undefined;
  for (const entry of values) {
    if (
      !oldest ||
      entry[1].last < oldest[1].last ||
      (entry[1].last === oldest[1].last && entry[0] < oldest[0])
    ) {
      oldest = entry;
    }
  }
  if (oldest) values.delete(oldest[0]);
}
