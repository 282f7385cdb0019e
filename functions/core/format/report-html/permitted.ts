import type { Report } from '../../model/report.ts';
import { moment, section, table } from './elements.ts';
import { html, type Markup, name } from './markup.ts';

export const permittedSection = ({ permittedUntil }: Report, id: string, title: string): Markup =>
  section(
    id,
    title,
    permittedUntil.length === 0
      ? html`<p>None: nothing is held back, and no clause is loosened.</p>`
      : table({
          caption: 'What somebody answers for until a date, the first to end at the top',
          rows: permittedUntil,
          columns: [
            { head: 'What', cell: ({ kind, id: of }) => html`${kind} ${name(of)}` },
            { head: 'Holds for', cell: ({ about }) => about, kind: 'prose' },
            { head: 'Owner', cell: ({ owner }) => name(owner, 60) },
            { head: 'Reason', cell: ({ reason }) => reason, kind: 'prose' },
            {
              head: 'Until',
              cell: ({ until, hasEnded }) =>
                html`${moment(until)}${hasEnded && html` <strong>ended</strong>`}`,
            },
            { head: 'Findings held back', cell: ({ findings }) => findings ?? '–', kind: 'figure' },
          ],
        }),
  );
