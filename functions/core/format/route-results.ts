import type { RouteResult } from '../announcing/test-routes.ts';
import type { TestAnnouncement } from '../model/announcement.ts';
import { plural } from '../phrases.ts';
import { shown, wrap } from './labelled-lines.ts';
import type { TerminalTableOptions } from './terminal-options.ts';

const narrowest = 60;
/** Longer lines are hard to read. */
const widest = 120;
const marks = { arrived: 'arrived', sent: 'sent', failed: 'FAILED' } as const;
const markWidth = 9;

/** Of each way, what arrived and what to do where it did not. */
export function routeResultsText(
  { id }: TestAnnouncement,
  results: readonly RouteResult[],
  { columns, emphasise }: Pick<TerminalTableOptions, 'columns' | 'emphasise'>,
): string {
  const width = Math.max(narrowest, Math.min(columns, widest));
  const under = (text: string, indent: number, first = ' '.repeat(indent)) =>
    wrap(text, width - indent)
      .split('\n')
      .map((line, index) => `${index === 0 ? first : ' '.repeat(indent)}${line}`);
  const failed = results.filter(({ outcome }) => outcome === 'failed').length;
  const lines = results.flatMap(({ target, to, outcome, says, steps }) => {
    const [head = '', ...rest] = under(`${shown(target)}, ${shown(to)}: ${shown(says)}.`, markWidth, '');
    const mark = emphasise(
      outcome === 'failed' ? 'high' : outcome === 'arrived' ? 'good' : 'quiet',
      marks[outcome],
    );
    return [
      `${mark}${' '.repeat(markWidth - marks[outcome].length)}${head}`,
      ...rest,
      ...steps.flatMap((step, index) =>
        under(shown(step), markWidth + 3, `${' '.repeat(markWidth)}${index + 1}. `),
      ),
    ];
  });
  const verdict =
    failed === 0
      ? emphasise('good', 'Every way is open, as far as it can be seen from here.')
      : `${plural(failed, 'way')} of ${results.length} ${failed === 1 ? 'is' : 'are'} not open.`;
  return `${[`Test ${id}`, '', ...lines, '', verdict].join('\n')}\n`;
}
