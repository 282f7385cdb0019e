import { stringify } from 'csv-stringify/browser/esm/sync';
import type { Report } from '../model/report.ts';
import { type Cell, reportTables } from '../report/report-tables.ts';
import { plainText } from './plain-text.ts';

export interface CsvFile {
  /** Without its ending. */
  readonly name: string;
  readonly text: string;
}

/** The tables of a report as RFC 4180 has them, with cells that a spreadsheet would take for formulas neutralised. */
export const reportCsv = (report: Report): CsvFile[] =>
  reportTables(report).map(({ name, columns, rows }) => ({
    name,
    text: stringify([columns, ...rows.map((row) => row.map(cellText))], {
      escape_formulas: true,
      record_delimiter: 'windows',
    }),
  }));

/** Whole, however long: a table is for programs too. */
const cellText = (cell: Cell): string | number => {
  if (typeof cell === 'number') return cell;
  return cell === null ? '' : plainText(String(cell));
};
