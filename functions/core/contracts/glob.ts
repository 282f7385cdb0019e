/** Replaces `*` where a text is needed that only the pattern's own `*` would match: no name of AWS holds it. */
const anything = '…';

export const isGlob = (pattern: string): boolean => pattern.includes('*');

/**
 * A pattern in which `*` stands for any run of characters, also none and also with slashes; nothing else is special.
 * Not by a RegExp: several `.*` in a row take a time that a hostile name could make long.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const [head = '', ...parts] = pattern.split('*');
  const tail = parts.pop();
  if (tail === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(head) || !text.endsWith(tail)) return false;
    const end = text.length - tail.length;
    let at = head.length;
    for (const part of parts) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}

export const matchesGlob = (pattern: string, text: string): boolean => compileGlob(pattern)(text);

/** A text that stands for all that a pattern matches: other patterns match it only if they match them all. */
export const representativeOf = (pattern: string): string => pattern.replace(/\*+/g, anything);

/** Whether every text that `narrow` matches is matched by `wide`. */
export const coversGlob = (wide: string, narrow: string): boolean =>
  matchesGlob(wide, representativeOf(narrow));

/** Whether some text is matched by both. */
export function globsOverlap(a: string, b: string): boolean {
  // reached[j]: what was taken of `a` and the first j characters of `b` can stand for one text.
  let reached = [true];
  for (let j = 1; j <= b.length; j += 1) reached.push(reached[j - 1] === true && b[j - 1] === '*');
  for (const character of a) {
    const next = [character === '*' && reached[0] === true];
    for (let j = 1; j <= b.length; j += 1) {
      const isFree = character === '*' || b[j - 1] === '*';
      next.push(
        isFree
          ? reached[j] === true || next[j - 1] === true
          : character === b[j - 1] && reached[j - 1] === true,
      );
    }
    reached = next;
  }
  return reached[b.length] === true;
}
