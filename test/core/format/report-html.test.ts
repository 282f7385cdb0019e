import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseHTML } from 'linkedom/worker';
import { UnreadableInputError } from '../../../functions/core/errors.ts';
import { plainText } from '../../../functions/core/format/plain-text.ts';
import { summaryIn } from '../../../functions/core/format/report-html/embedded-summary.ts';
import { html } from '../../../functions/core/format/report-html/markup.ts';
import { reportHtml } from '../../../functions/core/format/report-html/report-html.ts';
import { type Report, reportSummarySchema } from '../../../functions/core/model/report.ts';
import { changesSince, summaryOf } from '../../../functions/core/report/report-changes.ts';
import { hostile } from '../../support/findings.ts';
import { account, region } from '../../support/records.ts';
import { report } from '../../support/reports.ts';

const pageOf = (value: Report) => parseHTML(reportHtml(value)).document;
const textOf = (value: Report, id: string): string =>
  pageOf(value).querySelector(`#${id}`)?.textContent.replace(/\s+/g, ' ') ?? '';

/** With another text in the place of each; numbers, times and words of our own stay. */
function withTexts<Value>(value: Value, text: string, key = ''): Value {
  if (Array.isArray(value)) return value.map((each) => withTexts(each, text, key)) as Value;
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, withTexts(each, text, name)]),
    ) as Value;
  }
  const isOurs =
    typeof value !== 'string' ||
    /^\d{4}-\d\d-\d\d/.test(value) ||
    [
      'schemaVersion',
      'basis',
      'verdict',
      'gravest',
      'contract',
      'severity',
      'status',
      'stage',
      'counts',
    ].includes(key) ||
    ['by', 'standing', 'kind', 'gapsCanBeTold', 'finding', 'findings', 'id', 'doubts'].includes(key);
  return isOurs ? value : (text as Value);
}

describe('the page', () => {
  it('has each part, and the verdict first', () => {
    const document = pageOf(report());
    expect([...document.querySelectorAll('main > section')].map(({ id }) => id)).toEqual([
      'summary',
      'changes',
      'incidents',
      'secrets',
      'readers',
      'activity',
      'rotation',
      'permitted',
      'evidence',
    ]);
    expect(textOf(report(), 'summary')).toContain('1▲ findings');
    expect(textOf(report(), 'incidents')).toContain('25 secrets read in 4 seconds by user/intruder');
    expect(textOf(report(), 'readers')).toContain('Reads of 1 of 1 secret by 1 of 1 identities');
    expect(textOf(report(), 'evidence')).toContain('prod eu-west-1');
    expect(textOf(report(), 'permitted')).toContain('ended');
  });

  it('runs nothing and asks for nothing, and its policy knows its one style', () => {
    const page = reportHtml(report());
    const { document } = parseHTML(page);
    expect([...document.querySelectorAll('script')].map((script) => script.getAttribute('type'))).toEqual([
      'application/json',
    ]);
    expect(document.querySelectorAll('[src], link, img, iframe, object, form, svg style').length).toBe(0);
    expect(
      [...document.querySelectorAll('[href]')].every((link) => link.getAttribute('href')?.startsWith('#')),
    ).toBe(true);
    expect(page).not.toMatch(/ style=| on\w+=/);
    const style = page.split(/<\/?style>/)[1] ?? '';
    const policy = document.querySelector('meta[http-equiv]')?.getAttribute('content');
    expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(policy).toContain("default-src 'none'");
  });

  it('every link leads somewhere, and no id stands twice', () => {
    const document = pageOf(report());
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of document.querySelectorAll('a[href]')) {
      expect(ids).toContain(link.getAttribute('href')?.slice(1));
    }
  });

  it('every chart says in words what it shows', () => {
    const charts = [...pageOf(report()).querySelectorAll('svg')];
    expect(charts.length).toBeGreaterThan(3);
    for (const svg of charts) {
      expect(svg.getAttribute('role')).toBe('img');
      expect(svg.querySelector('title')?.textContent).not.toBe('');
      expect(svg.querySelector('desc')?.textContent.length).toBeGreaterThan(20);
    }
  });

  it('says what it does not know', () => {
    const bare = report({
      period: { from: null, to: null },
      reading: null,
      secrets: [],
      findings: [],
      incidents: [],
      access: [],
      activity: null,
      rotation: [],
      coverage: { percent: null, places: [] },
      permittedUntil: [],
    });
    expect(textOf(bare, 'summary')).toContain('time not known to time not known');
    expect(textOf(bare, 'readers')).toContain('No read of a value is known.');
    expect(textOf(bare, 'activity')).toContain('When values were read is not known.');
    expect(textOf(bare, 'evidence')).toContain('How many hours it covers is not known.');
    expect(textOf(bare, 'evidence')).toContain('What happened outside the files.');
    expect(textOf(bare, 'incidents')).toContain('None.');
  });

  it('counts what it does not show', () => {
    const [row] = report().secrets;
    const [access] = report().access;
    const many = Array.from({ length: 450 }, (_, index) => index);
    const large = report({
      secrets: many.flatMap((index) =>
        row ? { ...row, secret: { ...row.secret, name: `s/${index}` } } : [],
      ),
      access: many.flatMap((index) =>
        access
          ? { ...access, principal: `p/${index}`, secret: { ...access.secret, name: `s/${index}` } }
          : [],
      ),
    });
    expect(textOf(large, 'secrets')).toContain('And 50 more');
    expect(textOf(large, 'readers')).toContain('And 410 secrets and 428 identities more');
  });

  it('tells the gravest as stories, milder ones in a table, and counts the rest', () => {
    const [incident] = report().incidents;
    const as = (id: string, severity: 'low' | 'info') => (incident ? [{ ...incident, id, severity }] : []);
    const value = report({
      incidents: [...report().incidents, ...as('a', 'low'), ...as('b', 'info'), ...as('c', 'info')],
    });
    const document = pageOf(value);
    expect(document.querySelectorAll('article').length).toBe(1);
    expect(textOf(value, 'incidents')).toContain('1 incident of severity low');
    expect(textOf(value, 'incidents')).toContain('2 incidents of severity info');
    const [, second] = [...document.querySelectorAll('article .timeline li')];
    expect(second?.textContent).toContain('25 secrets read in 4 seconds');
    expect(textOf(value, 'summary')).toContain('high 1');
  });

  it('says what people have said of an incident, and puts it behind the others', () => {
    const said = {
      at: '2026-03-03T00:00:00.000Z',
      by: 'mara',
      word: 'acknowledge' as const,
      reason: 'a known load test',
    };
    const value = report({
      incidents: report().incidents.map((incident) => ({
        ...incident,
        handling: { status: 'open', acknowledged: said, snoozed: null },
      })),
    });
    expect(textOf(value, 'incidents')).toContain(
      'Statusacknowledged by mara, 3 Mar 2026, 00:00: a known load test',
    );
    expect(textOf(value, 'summary')).not.toContain('Look at these first');
    const snoozed = { ...said, word: 'snooze' as const, until: '2026-03-08T00:00:00.000Z' };
    const ended = report({
      incidents: report().incidents.map((incident) => ({
        ...incident,
        handling: { status: 'open', acknowledged: null, snoozed },
      })),
    });
    expect(textOf(ended, 'incidents')).toContain('(until 8 Mar 2026, 00:00)');
    expect(textOf(ended, 'summary')).toContain('Look at these first');
  });

  it('says what is missing from the evidence', () => {
    const fault = {
      kind: 'hole' as const,
      account,
      region,
      from: '2026-03-03T00:00:00.000Z',
      to: '2026-03-03T01:00:00.000Z',
      files: [],
      count: 1,
      explanation: 'no digest says anything of this hour',
    };
    const text = textOf(
      report({
        reading: {
          files: 2,
          records: 12_345,
          secretEvents: 30,
          duplicates: 0,
          unreadable: [{ path: 'logs/broken.json', reason: 'not JSON' }],
        },
        digests: {
          digests: 3,
          from: null,
          to: null,
          signatures: { valid: 2, invalid: 1, unchecked: 0 },
          logFiles: { intact: 9, changed: 1, missing: 0, unlisted: 0 },
          faults: [fault],
          unchecked: [],
        },
        missingCalls: [
          {
            kind: 'decrypt-without-read',
            secret: { name: 'app/db', account, region },
            time: '2026-03-03T00:00:00.000Z',
            eventIds: [],
            explanation: 'decrypted without a read',
          },
        ],
      }),
      'evidence',
    );
    for (const part of ['12,345 records', 'logs/broken.json', '9 intact, 1 changed', fault.explanation])
      expect(text).toContain(part);
    expect(text).toContain('decrypted without a read');
  });

  it('names roles of one name in two accounts apart, and shortens figures', () => {
    const [access] = report().access;
    const readers = [account, '444455556666'].flatMap((each) =>
      access ? [{ ...access, account: each, principal: `arn:aws:iam::${each}:role/deploy` }] : [],
    );
    expect(textOf(report({ access: readers }), 'readers')).toContain('role/deploy (444455556666)');
    const busy = {
      counts: 'identities' as const,
      hours: [
        { weekday: 0, hour: 9, count: 1_234 },
        { weekday: 6, hour: 23, count: 34_567 },
      ],
      days: Array.from({ length: 20 }, (_, index) => ({
        day: `2026-03-${String(index + 1).padStart(2, '0')}`,
        count: index,
        people: 1,
      })),
    };
    const text = textOf(report({ activity: busy }), 'activity');
    for (const part of ['1.2k', '35k', 'Of these by people', '9 Mar', '35,801 identities at work'])
      expect(text).toContain(part);
  });

  it('says what changed', () => {
    const before = {
      ...summaryOf(report()),
      rotation: [{ secret: { name: 'sms/clockwork', account, region }, changed: '2025-12-01T00:00:00.000Z' }],
      secrets: [{ secret: { name: 'gone', account, region }, verdict: 'clean' as const }],
      incidents: [
        {
          id: 'inc-old',
          severity: 'high' as const,
          title: 'an old one',
          lastSeen: '2026-01-01T00:00:00.000Z',
        },
      ],
    };
    const text = textOf(report({ changes: changesSince(before, report()) }), 'changes');
    expect(text).toContain('New incidents: 1');
    expect(text).toContain('an old one');
    expect(text).toContain('It lies before the time that this report covers.');
    expect(text).toContain('not in the report');
    expect(text).toContain('Secrets with a new value: 1');
    expect(textOf(report({ changes: changesSince(summaryOf(report()), report()) }), 'changes')).toContain(
      'Nothing.',
    );
  });
});

describe('hostile text', () => {
  const page = reportHtml(withTexts(report(), hostile));
  const harmless = reportHtml(withTexts(report(), 'x\ny'));

  it('neither adds an element nor steers what is around it', () => {
    const elements = (text: string): string[] =>
      [...parseHTML(text).document.querySelectorAll('*')].map(({ tagName }) => tagName);
    expect(elements(page)).toEqual(elements(harmless));
    expect(page.replaceAll('\n', '')).toBe(plainText(page.replaceAll('\n', '')));
  });

  it('is cut', () => {
    // Of 10 KB in each of some forty places; the block of data for the next report keeps them whole.
    const [shown = ''] = page.split('<script');
    expect(shown.length).toBeLessThan(harmless.length + 60_000);
  });

  it('comes back from the block of data as it went in', () => {
    expect(summaryIn(page)).toEqual(summaryOf(withTexts(report(), hostile)));
  });
});

describe('the report before', () => {
  it('is read from the page, and from the JSON', () => {
    expect(summaryIn(reportHtml(report()))).toEqual(summaryOf(report()));
    expect(summaryIn(` ${JSON.stringify(report())}`)).toEqual(summaryOf(report()));
  });

  it.each([
    ['', 'nothing'],
    ['<html></html>', 'another page'],
    ['{"a":1}', 'other JSON'],
    ['{', 'half of one'],
  ])('%j is refused: %s', (text) => {
    expect(() => summaryIn(text)).toThrow(UnreadableInputError);
  });

  it('is what the schema says', () => {
    expect(reportSummarySchema.strict().parse(summaryOf(report()))).toEqual(summaryOf(report()));
  });
});

it('templates escape what they are given, and nothing else', () => {
  const name = '"><b>';
  expect(html`<i title="${name}">${html`<b>${1}</b>`}${[null, undefined, false, ' & ']}</i>`.text).toBe(
    '<i title="&quot;&gt;&lt;b&gt;"><b>1</b> &amp; </i>',
  );
});
