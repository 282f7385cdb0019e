/** Quoted text is one piece: a shell does not continue a line within quotes by a backslash. */
const word = String.raw`(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+`;
/** An option stays with its value where there is room. */
const pieces = new RegExp(String.raw`--[\w-]+ (?!-)${word}|${word}|\S`, 'g');

/**
 * A command in lines that a shell still takes for one, none longer than `width` as far as its pieces allow. Line breaks
 * that it has already, within quotes, are kept.
 */
export function commandLines(command: string, width: number): string[] {
  // Two characters for the indent of further lines, two for the backslash.
  const room = width - 4;
  const lines: string[] = [];
  const add = (piece: string) => {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + piece.length <= room) {
      lines[lines.length - 1] = `${line} ${piece}`;
    } else lines.push(piece);
  };
  for (const piece of command.match(pieces) ?? []) {
    const [, option, value] = /^(--[\w-]+) (.+)$/s.exec(piece) ?? [];
    if (piece.length <= room || option === undefined || value === undefined) add(piece);
    else {
      add(option);
      add(value);
    }
  }
  return lines.flatMap((line, index) => {
    const isLast = index === lines.length - 1;
    return `${index > 0 ? '  ' : ''}${line}${isLast ? '' : ' \\'}`.split('\n');
  });
}
