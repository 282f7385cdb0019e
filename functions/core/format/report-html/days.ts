import { barY, text } from '@observablehq/plot';
import type { Incident } from '../../model/incident.ts';
import type { Activity } from '../../model/report.ts';
import { compareSeverity, gravestOf, type Severity } from '../../model/severity.ts';
import { chart } from './chart.ts';
import { dayOf, figureOf, numbersOf, severityMarks, shortFigure, table } from './elements.ts';
import { html, type Markup } from './markup.ts';

interface MarkedDay {
  readonly day: string;
  readonly count: number;
  readonly people: number;
  readonly incidents: readonly Severity[];
}

/** What each day had, the part of people on a scale of its own, and on which days incidents began. */
export function daysChart(activity: Activity, unit: string, incidents: readonly Incident[]): Markup {
  const begun = Map.groupBy(incidents, ({ firstSeen }) => firstSeen?.slice(0, 10) ?? '');
  const days = activity.days.map(
    (day): MarkedDay => ({ ...day, incidents: (begun.get(day.day) ?? []).map(({ severity }) => severity) }),
  );
  const marked = days.filter((day) => day.incidents.length > 0);
  const period = `from ${dayOf(days[0]?.day ?? '')} to ${dayOf(days.at(-1)?.day ?? '')}`;
  return html`<h3>Day by day</h3>
${bars(days, { id: 'days', title: `All ${unit}, day by day`, period, of: 'count', height: 200, marked })}
<p class="quiet">Above the bars: the gravest incident that began on that day (${severityMarks.critical} critical, ${severityMarks.high} high, ${severityMarks.medium} medium), and how many where they are several. Incidents began on ${marked.length} of ${days.length} days.</p>
${
  days.some(({ people }) => people > 0) &&
  bars(days, { id: 'people', title: `Of these by people`, period, of: 'people', height: 120, marked: [] })
}
${numbersOf(
  table({
    caption: `${unit} a day, and incidents of medium or above that began`,
    rows: days,
    columns: [
      { head: 'Day', cell: ({ day }) => dayOf(day) },
      { head: unit, cell: ({ count }) => figureOf(count), kind: 'figure' },
      { head: 'by people', cell: ({ people }) => figureOf(people), kind: 'figure' },
      {
        head: 'incidents',
        cell: ({ incidents: of }) => of.toSorted((a, b) => compareSeverity(b, a)).join(', '),
      },
    ],
  }),
)}`;
}

interface BarsOptions {
  readonly id: string;
  readonly title: string;
  readonly period: string;
  readonly of: 'count' | 'people';
  readonly height: number;
  readonly marked: readonly MarkedDay[];
}

function bars(days: readonly MarkedDay[], { id, title, period, of, height, marked }: BarsOptions): Markup {
  const busiest = days.reduce((a, b) => (b[of] > a[of] ? b : a));
  const description = `${title} ${period}. Most: ${figureOf(busiest[of])} on ${dayOf(busiest.day)}.`;
  return html`<figure>${chart({
    id,
    title,
    description,
    width: 960,
    height,
    marginLeft: 48,
    marginTop: marked.length > 0 ? 32 : 10,
    x: {
      domain: days.map(({ day }) => day),
      ticks: ticksOf(days),
      tickFormat: shortDay,
      label: null,
      tickSize: 3,
    },
    y: { label: null, ticks: 4, tickFormat: shortFigure, grid: true },
    marks: [
      barY(days, {
        x: 'day',
        y: of,
        fill: of === 'count' ? 'var(--bar)' : 'var(--bar-strong)',
        insetLeft: 0.5,
        insetRight: 0.5,
      }),
      text(marked, {
        x: 'day',
        frameAnchor: 'top',
        dy: -10,
        fontSize: 10,
        fill: 'var(--medium)',
        text: ({ incidents }) => severityMarks[gravestOf([...incidents])],
      }),
      text(
        marked.filter(({ incidents }) => incidents.length > 1),
        { x: 'day', frameAnchor: 'top', dy: -21, fontSize: 9, text: ({ incidents }) => incidents.length },
      ),
    ],
  })}<figcaption>${description}</figcaption></figure>`;
}

/** Mondays, and of long times some of them. */
function ticksOf(days: readonly MarkedDay[]): string[] {
  const mondays = days.filter(({ day }) => new Date(day).getUTCDay() === 1).map(({ day }) => day);
  const candidates = mondays.length > 1 ? mondays : days.map(({ day }) => day);
  const step = Math.ceil(candidates.length / 14);
  return candidates.filter((_, index) => index % step === 0);
}

const shortDay = (day: string): string =>
  new Date(day).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
