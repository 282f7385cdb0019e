import type { Report, ReportChanges } from '../../model/report.ts';
import { moment, secretName, section, severityBadge, table, verdictMark } from './elements.ts';
import { incidentAnchor } from './incidents.ts';
import { html, type Markup } from './markup.ts';

const rowsShown = 60;

export function changesSection(report: Report, id: string, title: string): Markup {
  const { changes } = report;
  if (!changes) {
    return section(id, title, html`<p>There was no report before to compare with.</p>`);
  }
  const { since, period, verdicts, begun, ended, rotated } = changes;
  return section(
    id,
    title,
    html`<p>Since the report of ${moment(since)}, which covered ${moment(period.from)} to ${moment(period.to)}:</p>`,
    verdicts.length + begun.length + ended.length + rotated.length === 0 && html`<p>Nothing.</p>`,
    incidentsBegun(report, begun),
    ended.length > 0 &&
      table({
        caption: `Incidents that are no longer reported: ${ended.length}`,
        limit: rowsShown,
        rows: ended,
        columns: [
          { head: 'Incident', cell: (row) => row.title, kind: 'prose' },
          { head: 'Severity', cell: ({ severity }) => severityBadge(severity) },
          { head: 'Why', cell: ({ because }) => because, kind: 'prose' },
        ],
      }),
    changedVerdicts(report, verdicts),
    rotated.length > 0 &&
      table({
        caption: `Secrets with a new value: ${rotated.length}`,
        limit: rowsShown,
        rows: rotated,
        columns: [
          { head: 'Secret', cell: ({ secret }) => secretName(secret, report.accountNames) },
          { head: 'Changed', cell: ({ now }) => moment(now) },
          { head: 'Before', cell: ({ before }) => moment(before) },
        ],
      }),
  );
}

function incidentsBegun({ incidents }: Report, begun: readonly string[]): Markup | false {
  const known = new Set(begun);
  const rows = incidents
    .map((incident, index) => ({ incident, index }))
    .filter(({ incident }) => known.has(incident.id));
  return (
    rows.length > 0 &&
    table({
      caption: `New incidents: ${rows.length}`,
      limit: rowsShown,
      rows,
      columns: [
        {
          head: 'Incident',
          cell: ({ incident, index }) => html`<a href="#${incidentAnchor(index)}">${incident.title}</a>`,
        },
        { head: 'Severity', cell: ({ incident }) => severityBadge(incident.severity) },
        { head: 'Began', cell: ({ incident }) => moment(incident.firstSeen) },
      ],
    })
  );
}

const changedVerdicts = ({ accountNames }: Report, verdicts: ReportChanges['verdicts']): Markup | false =>
  verdicts.length > 0 &&
  table({
    caption: `Secrets whose verdict changed: ${verdicts.length}`,
    limit: rowsShown,
    rows: verdicts,
    columns: [
      { head: 'Secret', cell: ({ secret }) => secretName(secret, accountNames) },
      { head: 'Before', cell: ({ before }) => (before ? verdictMark(before) : 'not in the report') },
      { head: 'Now', cell: ({ now }) => (now ? verdictMark(now) : 'not in the report') },
    ],
  });
