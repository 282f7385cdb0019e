import { UnreadableInputError } from '../../errors.ts';
import { type Report, type ReportSummary, reportSummarySchema } from '../../model/report.ts';
import { summaryOf } from '../../report/report-changes.ts';
import { Markup } from './markup.ts';

const id = 'secrets-audit-summary';

/**
 * What a later report compares itself with, as a block of data that no browser runs. Its text has no `<`, so that nothing
 * in it can end the element.
 */
export const embeddedSummary = (report: Report): Markup =>
  new Markup(
    `<script type="application/json" id="${id}">${JSON.stringify(summaryOf(report)).replace(
      /[<>&\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
      (character) =>
        [...Array(character.length).keys()]
          .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
          .join(''),
    )}</script>`,
  );

const block = new RegExp(`<script type="application/json" id="${id}">([^<]*)</script>`);

/**
 * @param text of a report, HTML or JSON
 * @throws UnreadableInputError
 */
export function summaryIn(text: string): ReportSummary {
  const result = reportSummarySchema.safeParse(
    parsed(text.trimStart().startsWith('{') ? text : block.exec(text)?.[1]),
  );
  if (!result.success) throw new UnreadableInputError('not a report that "secrets-audit report" wrote');
  return result.data;
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
