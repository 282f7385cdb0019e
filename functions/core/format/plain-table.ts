import Table from 'cli-table3';
import wrapAnsi from 'wrap-ansi';
import type { Emphasis } from './terminal-options.ts';

/** Spaces between columns. */
export const columnGap = 2;
/** cli-table3 takes time that grows faster than a table's rows, and much faster than the lines of a cell. */
const rowsAtOnce = 100;

export interface TableRow {
  /** Of its first cell. */
  readonly emphasis: Emphasis;
  readonly cells: readonly string[];
}

export interface TableOptions {
  readonly widths: readonly number[];
  readonly emphasise: (emphasis: Emphasis, text: string) => string;
}

/** A table without lines; cells are wrapped. */
export function plainTable(
  heads: readonly string[],
  rows: readonly TableRow[],
  { widths, emphasise }: TableOptions,
): string {
  const lines: string[] = [];
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const table = new Table({
      ...(start === 0 && { head: heads.map((head) => emphasise('heading', head)) }),
      colWidths: widths.map((width) => width + columnGap),
      chars: borderless,
      style: { 'padding-left': 0, 'padding-right': columnGap, head: [], border: [], compact: true },
    });
    for (const { emphasis, cells } of rows.slice(start, start + rowsAtOnce)) {
      table.push(
        cells.map((cell, index) => {
          const text = wrapAnsi(cell, widths[index] ?? cell.length, { hard: true });
          return index === 0 ? emphasise(emphasis, text) : text;
        }),
      );
    }
    lines.push(table.toString().replace(/ +$/gm, ''));
  }
  return lines.join('\n');
}

const borderless = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map((place) => [place, '']),
);
