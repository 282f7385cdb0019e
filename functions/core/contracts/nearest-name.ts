import { compareText } from '../order.ts';

/** Steps from one name to another: a letter put in, left out, changed, or two swapped. A `*` matches for nothing. */
function distance(pattern: string, name: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: name.length + 1 }, (_, index) => index);
  for (let i = 1; i <= pattern.length; i += 1) {
    const letter = pattern[i - 1];
    const isFree = letter === '*';
    const row = [(last[0] ?? 0) + (isFree ? 0 : 1)];
    for (let j = 1; j <= name.length; j += 1) {
      const isSwap = i > 1 && j > 1 && letter === name[j - 2] && pattern[i - 2] === name[j - 1];
      row.push(
        Math.min(
          (last[j] ?? 0) + (isFree ? 0 : 1),
          (row[j - 1] ?? 0) + (isFree ? 0 : 1),
          (last[j - 1] ?? 0) + (isFree || letter === name[j - 1] ? 0 : 1),
          isSwap ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = row;
  }
  return last[name.length] ?? 0;
}

/** The name that was probably meant, unless more than half of it would have to change. */
export function nearestName(pattern: string, names: Iterable<string>): string | undefined {
  const written = pattern.replaceAll('*', '').length;
  const [nearest] = [...new Set(names)]
    .map((name) => ({ name, steps: distance(pattern, name) }))
    .filter(({ steps }) => steps * 2 <= written)
    .sort((a, b) => a.steps - b.steps || compareText(a.name, b.name));
  return nearest?.name;
}

const namesListed = 5;

/** `; the nearest is vpn`, or which names there are, or that there is none. */
export function instead(name: string, names: Iterable<string>): string {
  const known = [...new Set(names)].sort(compareText);
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return `; the nearest is ${nearest}`;
  if (known.length === 0) return '; there is none yet';
  const hidden = known.length - namesListed;
  return `; there ${known.length === 1 ? 'is' : 'are'} ${known.slice(0, namesListed).join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`;
}
