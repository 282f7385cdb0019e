/**
 * About how many different events there were on a day, in 16 hexadecimal digits. A HyperLogLog sketch (Flajolet and
 * others, 2007) of 16 registers: adding an event twice changes nothing, the order does not matter, and the estimate is
 * within about a quarter. A counter would need a marker for each event to survive a redelivery.
 */
export type ReadsSketch = string;

const registers = 16;
const alpha = 0.673;
const empty = '0'.repeat(registers);

/** FNV-1a with the finalizer of MurmurHash3: fast, and spreads well; nobody gains by a collision here. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** @returns the same text where the event changes nothing */
export function addRead(sketch: ReadsSketch | undefined, eventKey: string): ReadsSketch {
  const known = sketch ?? empty;
  const value = hash(eventKey);
  const register = value & (registers - 1);
  const rank = Math.min(15, Math.clz32(value >>> 4) - 4 + 1);
  if (Number.parseInt(known.charAt(register), 16) >= rank) return known;
  return known.slice(0, register) + rank.toString(16) + known.slice(register + 1);
}

/** The estimate, a whole number. */
export function countReads(sketch: ReadsSketch | undefined): number {
  if (!sketch) return 0;
  let sum = 0;
  let unused = 0;
  for (const digit of sketch) {
    const rank = Number.parseInt(digit, 16);
    sum += 2 ** -rank;
    if (rank === 0) unused += 1;
  }
  const estimate = (alpha * registers * registers) / sum;
  // Small numbers are told better by how many registers nothing fell into.
  return Math.round(
    estimate <= 2.5 * registers && unused > 0 ? registers * Math.log(registers / unused) : estimate,
  );
}
