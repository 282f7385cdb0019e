import { expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { reportCsv } from '../../../functions/core/format/report-csv.ts';
import { changesSince, summaryOf } from '../../../functions/core/report/report-changes.ts';
import { finding, hostile } from '../../support/findings.ts';
import { account, region } from '../../support/records.ts';
import { report } from '../../support/reports.ts';

const rowsOf = (value: ReturnType<typeof report>, name: string): Record<string, string>[] =>
  parse(reportCsv(value).find((file) => file.name === name)?.text ?? '', { columns: true });

it('has a table for each part, with all of its rows', () => {
  expect(
    reportCsv(report()).map(({ name, text }) => [name, text.trimEnd().split('\r\n').length - 1]),
  ).toEqual([
    ['secrets', 1],
    ['incidents', 1],
    ['findings', 1],
    ['access', 1],
    ['hours', 1],
    ['days', 1],
    ['rotation', 1],
    ['coverage', 1],
    ['suppressions', 1],
    ['changes', 0],
  ]);
  expect(rowsOf(report(), 'access')).toEqual([
    {
      secret: 'sms/clockwork',
      account: '111122223333',
      region: 'eu-west-1',
      principal: 'arn:aws:iam::111122223333:user/intruder',
      principalAccount: '111122223333',
      kind: 'user',
      reads: '25',
      days: '1',
      first: '2026-03-02',
      last: '2026-03-02',
    },
  ]);
  const [place] = rowsOf(report(), 'coverage');
  expect(place).toMatchObject({ gapHours: '3', gapKind: 'between' });
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '=cmd|" /C calc"!A0'])('%s is no formula', (title) => {
  const [row] = rowsOf(report({ findings: [finding({ title })] }), 'findings');
  expect(row?.['title']).toBe(`'${title}`);
});

it('a tab before a formula is shown as what it is', () => {
  const [row] = rowsOf(report({ findings: [finding({ title: '\t=1+1' })] }), 'findings');
  expect(row?.['title']).toBe('<U+0009>=1+1');
});

it('hostile text stays one cell, whole and visible', () => {
  const [row, ...others] = rowsOf(report({ findings: [finding({ title: hostile })] }), 'findings');
  expect(others).toEqual([]);
  expect(row?.['title']).toContain('<U+001B>[31mred<U+202E>');
  expect(row?.['title']?.length).toBeGreaterThan(10_000);
});

it('says what changed', () => {
  const before = {
    ...summaryOf(report()),
    secrets: [],
    incidents: [{ id: 'inc-old', severity: 'high' as const, title: 'old', lastSeen: null }],
    rotation: [{ secret: { name: 'sms/clockwork', account, region }, changed: '2025-12-01T00:00:00.000Z' }],
  };
  expect(
    rowsOf(report({ changes: changesSince(before, report()) }), 'changes').map(({ what }) => what),
  ).toEqual(['verdict', 'incident began', 'incident ended', 'rotated']);
});
