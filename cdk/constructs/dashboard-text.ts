import type { DashboardPart } from './dashboard-part.ts';

/** Of a line of text in the console. */
const unitsOfLine = 0.7;

const article = (name: string): string => `#${name}`;

/** What stands above the graphs: what is normal, and which article of the runbook helps where it is not. */
export function dashboardText(parts: readonly DashboardPart[], rotates: boolean): string {
  return [
    '# secrets-audit: does it do its work?',
    '**Normal:** no alarm is red. Events come while people and services work, and are judged within 15 minutes, most of which CloudTrail takes. The sweep is less than an hour behind. Queues are empty within a minute, dead letters always. Findings are few; weeks without a critical one are usual.',
    '**Otherwise** begin with the alarm that is red: its description names its article. What each graph shows when something is wrong:',
    '',
    '| You see | Means | Read in docs/runbook.md |',
    '|---|---|---|',
    ...symptoms(parts, rotates).map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

/** Grid units that the text takes without scrolling. */
export const dashboardTextHeight = (parts: readonly DashboardPart[]): number =>
  Math.ceil((symptoms(parts, true).length + 6) * unitsOfLine);

function symptoms(parts: readonly DashboardPart[], rotates: boolean): [string, string, string][] {
  const namesOf = (has: (part: DashboardPart) => unknown) => parts.filter(has).map(({ name }) => name);
  const late = namesOf(({ queue, readsStream }) => queue || readsStream);
  return [
    ['No events by day', 'EventBridge or its rule does not deliver', article('watch-undelivered')],
    ['The sweep is hours behind', 'other Regions are judged late', article('audit-behind')],
    ['Long waits, full queues', 'findings come late', articles(late, 'late')],
    [
      'Dead letters',
      'something is not judged, or not told',
      articles(
        namesOf(({ deadLetters }) => deadLetters),
        'dead-letters',
      ),
    ],
    [
      'Errors',
      'a function ends with an error and is tried again',
      articles(
        namesOf((part) => part.function),
        'errors',
      ),
    ],
    ['Throttles', 'the account has no Lambda concurrency left', article('throttled')],
    ['Findings, and nothing told', 'SNS or a receiver refuses', article('findings-undelivered')],
    ...(rotates
      ? ([
          [
            'A key as old as its policy allows',
            'a rotation is due or stuck',
            article('findings-about-rotation'),
          ],
        ] satisfies [string, string, string][])
      : []),
  ];
}

const articles = (names: readonly string[], what: string): string =>
  names.map((name) => article(`${name}-${what}`)).join(', ');
