import { incidentName } from '../incidents/incident-name.ts';
import type { IncidentRecord } from '../model/incident-record.ts';
import { standingOf } from './incident-record-text.ts';
import { shown } from './labelled-lines.ts';
import { columnGap, plainTable } from './plain-table.ts';
import { truncate } from './plain-text.ts';
import type { TerminalTableOptions } from './terminal-options.ts';

const narrowest = 60;
/** Longer lines are hard to read. */
const widest = 140;
/** The many lines of a cell take much time. */
const ownerLimit = 60;
const titleLimit = 200;
const severityWidth = 8;
const nameWidth = 'INC-4F2A91'.length;
const heads = ['SEVERITY', 'INCIDENT', 'BEGAN', 'STATUS', 'OWNER', 'WHAT'] as const;

/** Incidents as a person looks for one: a row each. */
export function incidentList(
  records: readonly IncidentRecord[],
  { columns, emphasise }: Pick<TerminalTableOptions, 'columns' | 'emphasise'>,
): string {
  const width = Math.max(narrowest, Math.min(columns, widest));
  const isWide = width >= 100;
  const rows = records.map((record) => ({
    emphasis: record.status === 'open' ? record.incident.severity : ('quiet' as const),
    cells: [
      record.incident.severity,
      incidentName(record.incident.id),
      record.incident.firstSeen?.slice(0, isWide ? 16 : 10).replace('T', ' ') ?? 'unknown',
      standingOf(record),
      record.owners.length > 0 ? truncate(shown(record.owners.join(', ')), ownerLimit) : '-',
      truncate(shown(record.incident.title), titleLimit),
    ],
  }));
  const longest = (index: number, most: number): number =>
    Math.min(
      most,
      Math.max(heads[index]?.length ?? 0, ...rows.map(({ cells }) => cells[index]?.length ?? 0)),
    );
  const fixed = [
    severityWidth,
    nameWidth,
    longest(2, 16),
    longest(3, isWide ? 24 : 12),
    longest(4, isWide ? 20 : 10),
  ];
  const left = width - fixed.reduce((sum, each) => sum + each + columnGap, 0);
  return plainTable(heads, rows, { widths: [...fixed, left], emphasise });
}
