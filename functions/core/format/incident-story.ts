import { incidentName } from '../incidents/incident-name.ts';
import type { IncidentAnnouncement } from '../model/announcement.ts';
import type { HistoryEntry } from '../model/incident-record.ts';
import { dayOf } from '../phrases.ts';
import { when } from './finding-text.ts';
import { mainFinding, shown } from './incident-parts.ts';
import { reasonOf } from './incident-unknown.ts';

const signsShown = 8;

export interface Story {
  /** `3 Dec 2026, times in UTC`. */
  readonly lead: string;
  readonly signs: readonly { readonly time: string; readonly text: string }[];
  /** Signs that found no room. */
  readonly left: number;
}

/** What happened, in order. */
export function storyOf({ record: { incident } }: IncidentAnnouncement): Story {
  const days = [...new Set(incident.stages.flatMap(({ at }) => (at === null ? [] : dayOf(Date.parse(at)))))];
  const isOneDay = days.length === 1;
  return {
    lead: isOneDay ? `${days[0]}, times in UTC` : 'Times in UTC',
    signs: incident.stages.slice(0, signsShown).map(({ at, title }) => ({
      time: at === null ? (isOneDay ? 'no time ' : 'no time        ') : momentOf(at, isOneDay),
      text: shown(title),
    })),
    left: incident.stages.length - signsShown,
  };
}

/** `02:14:07`, or `03 Dec 02:14:07`. */
const momentOf = (at: string, isOneDay: boolean): string => {
  const [day = '', month = '', , time = ''] = when(at).split(' ');
  return isOneDay ? time : `${day} ${month} ${time}`;
};

/** The other findings about what is so, a line each. */
export const othersOf = (announcement: IncidentAnnouncement): string[] => {
  const main = mainFinding(announcement);
  return announcement.findings
    .filter((each) => each !== main && each.title !== main?.title)
    .slice(0, signsShown)
    .map(({ status, title }) => `${status === 'open' ? '' : 'settled: '}${shown(title)}`);
};

export const isOver = ({ record }: IncidentAnnouncement): boolean => record.status !== 'open';

/** Why somebody hears of it again; `undefined` the first time. */
export function changeText(announcement: IncidentAnnouncement): string | undefined {
  const { record, change, was, update } = announcement;
  const { incident, status, mergedInto, history, acknowledged, snoozed } = record;
  const main = mainFinding(announcement);
  switch (status) {
    case 'withdrawn':
      return (
        (main && reasonOf(main)) || 'It does not hold: what arrived later shows that it was usual, or known.'
      );
    case 'resolved':
      return `It is over${saidBy(history.findLast(({ word }) => word === 'resolve')) ?? ': none of it is so any more.'}`;
    case 'merged':
      return `It is a part of ${mergedInto ? incidentName(mergedInto) : 'another incident'}, which tells it from now on.`;
  }
  const known = `${acknowledged ? ` It was acknowledged${saidBy(acknowledged)}` : ''}${snoozed ? ` It was snoozed${snoozed.until ? ` until ${when(snoozed.until)}` : ''}${saidBy(snoozed)}` : ''}`;
  switch (change) {
    case 'graver':
      return `It became graver: ${incident.severity}${was ? `, it was ${was}` : ''}.${known}`;
    case 'more':
      return `There is more than was told (message ${update} about it).${known}`;
    case 'reminder':
      return `A reminder: this is still so (message ${update} about it).${known}`;
    default:
      return known === '' ? undefined : known.trim();
  }
}

/** `, says anika at 3 Dec …: a drill.` */
const saidBy = (entry: HistoryEntry | null | undefined): string | undefined =>
  entry
    ? ` (${shown(entry.by)}, ${when(entry.at)}): ${shown(entry.reason).replace(/[.]?$/, '.')}`
    : undefined;
