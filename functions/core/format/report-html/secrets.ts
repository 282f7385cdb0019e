import type { Report } from '../../model/report.ts';
import { shortDoubts } from '../completeness-table.ts';
import { dayOf, figureOf, secretName, section, severityBadge, table, verdictMark } from './elements.ts';
import { html, type Markup, name } from './markup.ts';

const rowsShown = 400;

const bases = { clauses: 'contract', decoy: 'decoy', history: 'habit', deny: 'nobody may' } as const;

export const secretsSection = ({ secrets, accountNames }: Report, id: string, title: string): Markup =>
  section(
    id,
    title,
    secrets.length === 0
      ? html`<p>No secret is named in the evidence.</p>`
      : table({
          caption: 'Verdict on each secret, those to look at first at the top',
          limit: rowsShown,
          rows: secrets,
          columns: [
            { head: 'Secret', cell: ({ secret }) => secretName(secret, accountNames) },
            { head: 'Verdict', cell: ({ verdict }) => verdictMark(verdict) },
            { head: 'Gravest', cell: ({ gravest }) => gravest && severityBadge(gravest) },
            { head: 'Findings', cell: ({ findings }) => findings > 0 && findings, kind: 'figure' },
            { head: 'Judged by', cell: ({ contract }) => bases[contract] },
            { head: 'Owner', cell: ({ owner }) => owner !== null && name(owner, 40) },
            {
              head: 'Reads',
              cell: ({ reads }) => (reads === null ? 'not counted' : figureOf(reads)),
              kind: 'figure',
            },
            { head: 'Readers', cell: ({ readers }) => readers, kind: 'figure' },
            { head: 'Last read', cell: ({ lastRead }) => lastRead !== null && dayOf(lastRead) },
            {
              head: 'Not known',
              cell: ({ verdict, because, doubts }) =>
                verdict === 'findings' ? doubts.map((doubt) => shortDoubts[doubt]).join(', ') : because,
              kind: 'prose',
            },
          ],
        }),
  );
