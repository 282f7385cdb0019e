import { cell, text } from '@observablehq/plot';
import { weekdays } from '../../contracts/calendar-text.ts';
import type { Activity, Report } from '../../model/report.ts';
import { isTold } from '../../report/report-changes.ts';
import { chart } from './chart.ts';
import { daysChart } from './days.ts';
import { figureOf, numbersOf, section, shortFigure, table } from './elements.ts';
import { heatLevel, heatLevels } from './heat.ts';
import { html, type Markup } from './markup.ts';

export function activitySection({ activity, incidents }: Report, id: string, title: string): Markup {
  if (!activity || activity.days.length === 0) {
    return section(id, title, html`<p>When values were read is not known.</p>`);
  }
  const unit = activity.counts === 'reads' ? 'reads of values' : 'identities at work';
  return section(id, title, hours(activity, unit), daysChart(activity, unit, incidents.filter(isTold)));
}

const hourNames = Array.from({ length: 24 }, (_, hour) => hour);
const pad = (hour: number): string => String(hour).padStart(2, '0');

function hours({ hours: cells }: Activity, unit: string): Markup {
  const counts = new Map(cells.map(({ weekday, hour, count }) => [weekday * 24 + hour, count]));
  const all = weekdays.flatMap((weekday, index) =>
    hourNames.map((hour) => ({ weekday, hour, count: counts.get(index * 24 + hour) ?? 0 })),
  );
  const busiest = all.reduce((a, b) => (b.count > a.count ? b : a));
  const silent = all.filter(({ count }) => count === 0).length;
  const sum = all.reduce((total, { count }) => total + count, 0);
  const description = `${figureOf(sum)} ${unit} by hour of the week, UTC. Most: ${busiest.weekday} ${pad(busiest.hour)}:00, ${figureOf(busiest.count)}. Hours without any: ${silent} of 168.`;
  return html`<h3>Hours of the week</h3>
<figure>${chart({
    id: 'hours',
    title: 'Hours of the week',
    description,
    width: 960,
    height: 230,
    marginLeft: 38,
    marginTop: 22,
    marginBottom: 6,
    x: { domain: hourNames, axis: 'top', tickSize: 0, label: null, tickFormat: pad },
    y: { domain: weekdays, tickSize: 0, label: null },
    marks: [
      cell(all, {
        x: 'hour',
        y: 'weekday',
        inset: 0.75,
        fill: ({ count }) => `var(--heat-${heatLevel(count, busiest.count)})`,
      }),
      text(
        all.filter(({ count }) => count > 0),
        {
          x: 'hour',
          y: 'weekday',
          text: ({ count }) => shortFigure(count),
          fill: ({ count }) => `var(--on-heat-${heatLevel(count, busiest.count)})`,
        },
      ),
    ],
  })}<figcaption>${description} ${heatLevels} shades, in equal steps up to the most.</figcaption></figure>
${numbersOf(
  table({
    caption: `${figureOf(sum)} ${unit} by hour of the week, UTC`,
    rows: weekdays.map((weekday, index) => ({ weekday, index })),
    columns: [
      { head: 'Day', cell: ({ weekday }) => weekday },
      ...hourNames.map((hour) => ({
        head: pad(hour),
        cell: ({ index }: { index: number }) => figureOf(counts.get(index * 24 + hour) ?? 0),
        kind: 'figure' as const,
      })),
    ],
  }),
)}`;
}
