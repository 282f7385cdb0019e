import { weekdays } from '../contracts/calendar-text.ts';
import { originName } from '../format/finding-text.ts';
import type { Report } from '../model/report.ts';

export type Cell = string | number | boolean | null;

export interface ReportTable {
  /** A file's name without its ending. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** All that a report holds as flat tables: nothing is left out. */
export const reportTables = (report: Report): ReportTable[] => [
  {
    name: 'secrets',
    columns: [
      ...secretColumns,
      'owner',
      'contract',
      'verdict',
      'because',
      'doubts',
      'findings',
      'gravest',
      'reads',
      'readers',
      'lastRead',
    ],
    rows: report.secrets.map((row) => [
      ...secretCells(row.secret),
      row.owner,
      row.contract,
      row.verdict,
      row.because,
      row.doubts.join('; '),
      row.findings,
      row.gravest,
      row.reads,
      row.readers,
      row.lastRead,
    ]),
  },
  {
    name: 'incidents',
    columns: [
      'id',
      'severity',
      'because',
      'title',
      'summary',
      'firstSeen',
      'lastSeen',
      'actors',
      'secrets',
      'findings',
      'detectors',
      'evidence',
    ],
    rows: report.incidents.map((incident) => [
      incident.id,
      incident.severity,
      incident.because ?? null,
      incident.title,
      incident.summary,
      incident.firstSeen,
      incident.lastSeen,
      ...[incident.actors, incident.secrets, incident.findings, incident.detectors, incident.evidence].map(
        joined,
      ),
    ]),
  },
  {
    name: 'findings',
    columns: [
      'id',
      'incident',
      'severity',
      'detector',
      'title',
      'explanation',
      ...secretColumns,
      'principal',
      'firstSeen',
      'lastSeen',
      'count',
      'origins',
      'agents',
      'owner',
      'suppressedBy',
      'advice',
      'evidence',
    ],
    rows: report.findings.map((finding) => [
      finding.id,
      finding.incident,
      finding.severity,
      finding.detector,
      finding.title,
      finding.explanation,
      ...(finding.secret ? secretCells(finding.secret) : [null, null, null]),
      finding.actor?.principal ?? null,
      finding.firstSeen,
      finding.lastSeen,
      finding.count,
      joined(finding.origins.map(originName)),
      joined(finding.agents.map(({ raw }) => raw)),
      finding.owner,
      finding.suppressed?.id ?? null,
      finding.advice.replaceAll('\n', ' '),
      joined(finding.evidence),
    ]),
  },
  {
    name: 'access',
    columns: [...secretColumns, 'principal', 'principalAccount', 'kind', 'reads', 'days', 'first', 'last'],
    rows: report.access.map((row) => [
      ...secretCells(row.secret),
      row.principal,
      row.account,
      row.kind,
      row.reads,
      row.days,
      row.first,
      row.last,
    ]),
  },
  {
    name: 'hours',
    columns: ['weekday', 'hourUtc', report.activity?.counts ?? 'reads'],
    rows: (report.activity?.hours ?? []).map(({ weekday, hour, count }) => [
      weekdays[weekday] ?? '',
      hour,
      count,
    ]),
  },
  {
    name: 'days',
    columns: ['day', report.activity?.counts ?? 'reads', 'byPeople'],
    rows: (report.activity?.days ?? []).map(({ day, count, people }) => [day, count, people]),
  },
  {
    name: 'rotation',
    columns: [...secretColumns, 'changed', 'by', 'ageDays', 'everyDays', 'standing', 'because'],
    rows: report.rotation.map((row) => [
      ...secretCells(row.secret),
      row.changed,
      row.by,
      row.ageDays,
      row.everyDays,
      row.standing,
      row.because,
    ]),
  },
  {
    name: 'coverage',
    columns: [
      'account',
      'region',
      'from',
      'to',
      'records',
      'hours',
      'gapFrom',
      'gapTo',
      'gapHours',
      'gapKind',
    ],
    rows: report.coverage.places.flatMap(({ account, region, from, to, records, hours, gaps }) => {
      const place = [account, region, from, to, records, hours];
      return gaps.length === 0
        ? [[...place, null, null, null, null]]
        : gaps.map((gap) => [...place, gap.from, gap.to, gap.hours, gap.kind]);
    }),
  },
  {
    name: 'suppressions',
    columns: ['kind', 'id', 'about', 'owner', 'reason', 'until', 'hasEnded', 'findings'],
    rows: report.permittedUntil.map((row) => [
      row.kind,
      row.id,
      row.about,
      row.owner,
      row.reason,
      row.until,
      row.hasEnded,
      row.findings,
    ]),
  },
  changesTable(report),
];

const secretColumns = ['secret', 'account', 'region'] as const;
const secretCells = ({
  name,
  account,
  region,
}: {
  name: string;
  account: string;
  region: string;
}): Cell[] => [name, account, region];

const joined = (texts: readonly string[]): string => texts.join('; ');

function changesTable({ changes, incidents }: Report): ReportTable {
  const titles = new Map(incidents.map(({ id, title }) => [id, title]));
  return {
    name: 'changes',
    columns: ['what', ...secretColumns, 'before', 'now', 'note'],
    rows: changes
      ? [
          ...changes.verdicts.map(({ secret, before, now }) => [
            'verdict',
            ...secretCells(secret),
            before,
            now,
            null,
          ]),
          ...changes.begun.map((id) => [
            'incident began',
            null,
            null,
            null,
            null,
            id,
            titles.get(id) ?? null,
          ]),
          ...changes.ended.map(({ id, title, because }) => [
            'incident ended',
            null,
            null,
            null,
            id,
            null,
            `${title}: ${because}`,
          ]),
          ...changes.rotated.map(({ secret, before, now }) => [
            'rotated',
            ...secretCells(secret),
            before,
            now,
            null,
          ]),
        ]
      : [],
  };
}
