import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** Everything that tells one stream of random numbers from another. */
export type Purpose = readonly (string | number)[];

// Taken once: under Jest each look at a global costs more than the multiplication.
const { imul, floor } = Math;
const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * One stream of random numbers. Two streams of different purposes have nothing to do with each other, which is why a
 * day can be generated without the days before it, and peace without the attacks.
 */
export class Stream {
  readonly #generator: { next(): number };

  constructor(state: readonly number[]) {
    this.#generator = xoroshiro128plusFromState(state);
  }

  /** 32 bits, unsigned. */
  bits(): number {
    return this.#generator.next() >>> 0;
  }

  /** In [0, 1). */
  fraction(): number {
    return this.bits() / 4_294_967_296;
  }

  /** A whole number, both ends included. */
  int(least: number, most: number): number {
    return least + floor(this.fraction() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('nothing to pick from');
    return items[this.int(0, items.length - 1)] as T;
  }

  /** `[item, weight]`: an item as often as its weight says. */
  weighted<T>(items: readonly (readonly [T, number])[]): T {
    const total = items.reduce((sum, [, weight]) => sum + weight, 0);
    let rest = this.fraction() * total;
    for (const [item, weight] of items) {
      rest -= weight;
      if (rest < 0) return item;
    }
    return this.pick(items)[0];
  }

  shuffled<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let index = copy.length - 1; index > 0; index -= 1) {
      const other = this.int(0, index);
      const moved = copy[index] as T;
      copy[index] = copy[other] as T;
      copy[other] = moved;
    }
    return copy;
  }

  /** At most `count` different items. */
  sample<T>(items: readonly T[], count: number): T[] {
    return this.shuffled(items).slice(0, count);
  }

  /** Poisson: how often something happens that happens `mean` times on average. */
  count(mean: number): number {
    const limit = Math.exp(-mean);
    let product = this.fraction();
    let count = 0;
    while (product > limit) {
      product *= this.fraction();
      count += 1;
    }
    return count;
  }

  hex(length: number): string {
    let text = '';
    while (text.length < length) text += bytes[this.bits() & 255];
    return text.slice(0, length);
  }

  /** As in access keys and unique ids of AWS: `AKIA` + 16, `AROA` + 17. */
  base32(length: number): string {
    let text = '';
    for (let index = 0; index < length; index += 1) text += base32[this.bits() & 31];
    return text;
  }

  /** As the suffix of a secret's ARN. */
  alphanumeric(length: number): string {
    let text = '';
    for (let index = 0; index < length; index += 1) text += alphanumeric[this.bits() % 62];
    return text;
  }

  /** Version 4. */
  uuid(): string {
    const a = this.bits();
    const b = this.bits();
    const c = this.bits();
    const d = this.bits();
    return `${word(a)}-${half(b >>> 16)}-${half((b & 0x0fff) | 0x4000)}-${half(((c >>> 16) & 0x3fff) | 0x8000)}-${half(c & 0xffff)}${word(d)}`;
  }
}

const half = (bits: number): string => `${bytes[bits >>> 8]}${bytes[bits & 255]}`;
const word = (bits: number): string => half(bits >>> 16) + half(bits & 0xffff);

/** The stream of a seed for one purpose; 128 bits of state, so that no two purposes meet by accident. */
export const streamOf = (seed: number, ...purpose: Purpose): Stream =>
  new Stream(hash128(`${seed}|${purpose.join('|')}`));

/** A number that depends on nothing but the purpose; for choices that must be the same on every day. */
export const choiceOf = (seed: number, ...purpose: Purpose): number =>
  (hash128(`${seed}|${purpose.join('|')}`)[0] ?? 0) >>> 0;

/** cyrb128 (bryc, public domain): four words that depend on every character. */
function hash128(text: string): number[] {
  let a = 1779033703;
  let b = 3144134277;
  let c = 1013904242;
  let d = 2773480762;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = b ^ imul(a ^ code, 597399067);
    b = c ^ imul(b ^ code, 2869860233);
    c = d ^ imul(c ^ code, 951274213);
    d = a ^ imul(d ^ code, 2716044179);
  }
  a = imul(c ^ (a >>> 18), 597399067);
  b = imul(d ^ (b >>> 22), 2869860233);
  c = imul(a ^ (c >>> 17), 951274213);
  d = imul(b ^ (d >>> 19), 2716044179);
  a ^= b ^ c ^ d;
  return [a | 0, (b ^ a) | 0, (c ^ a) | 0, (d ^ a) | 1];
}
