import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isZone, parseDays, parseTimeOfDay } from '../../../functions/core/contracts/calendar-text.ts';
import { createHours } from '../../../functions/core/contracts/calendars.ts';
import { durationMs } from '../../../functions/core/contracts/duration.ts';
import type { Calendar } from '../../../functions/core/model/named-settings.ts';

const calendar = (overrides: Partial<Calendar> = {}): Calendar => ({
  zone: 'Europe/London',
  days: 'Mon-Fri',
  from: '08:00',
  to: '19:00',
  holidays: [],
  ...overrides,
});
const contains = (overrides: Partial<Calendar>, time: string): boolean =>
  createHours(calendar(overrides)).contains(Date.parse(time));

// 2026-12-04 is a Friday.
it.each<[string, Partial<Calendar>, string, boolean]>([
  ['the first minute', {}, '2026-12-04T08:00:00Z', true],
  ['the moment before it', {}, '2026-12-04T07:59:59.999Z', false],
  ['the last moment', {}, '2026-12-04T18:59:59.999Z', true],
  ['the end, which is outside', {}, '2026-12-04T19:00:00Z', false],
  ['Saturday', {}, '2026-12-05T10:00:00Z', false],
  ['a holiday', { holidays: ['2026-12-04'] }, '2026-12-04T10:00:00Z', false],
  [
    'by the zone’s day, not UTC’s',
    { zone: 'Asia/Tokyo', from: '00:00', to: '24:00' },
    '2026-12-06T15:00:00Z',
    true,
  ],
  [
    'by the zone’s day, not UTC’s: Saturday there',
    { zone: 'Asia/Tokyo', from: '00:00', to: '24:00' },
    '2026-12-04T15:00:00Z',
    false,
  ],
  ['a zone of half hours', { zone: 'Asia/Kolkata' }, '2026-12-04T02:30:00Z', true],
  ['a zone of half hours, a minute early', { zone: 'Asia/Kolkata' }, '2026-12-04T02:29:00Z', false],
  ['a zone of quarter hours', { zone: 'Asia/Kathmandu' }, '2026-12-04T02:15:00Z', true],
  ['summer time', {}, '2026-07-03T07:00:00Z', true],
  ['a list of days', { days: ['Sat', 'Mon-Tue'] }, '2026-12-05T10:00:00Z', true],
])('%s', (_, overrides, time, expected) => {
  expect(contains(overrides, time)).toBe(expected);
});

describe('a span over midnight belongs to the day on which it begins', () => {
  const night = { zone: 'UTC', from: '22:00', to: '06:00' };

  it.each<[string, Partial<Calendar>, string, boolean]>([
    ['Friday’s night', night, '2026-12-04T23:00:00Z', true],
    ['Friday’s night, on Saturday morning', night, '2026-12-05T05:59:00Z', true],
    ['its end', night, '2026-12-05T06:00:00Z', false],
    ['Saturday’s night', night, '2026-12-05T23:00:00Z', false],
    ['Sunday’s night, on Monday morning', night, '2026-12-07T02:00:00Z', false],
    [
      'a holiday’s night, on the next morning',
      { ...night, holidays: ['2026-12-04'] },
      '2026-12-05T02:00:00Z',
      false,
    ],
    [
      'the night before a holiday, on its morning',
      { ...night, holidays: ['2026-12-04'] },
      '2026-12-04T02:00:00Z',
      true,
    ],
  ])('%s', (_, overrides, time, expected) => {
    expect(contains(overrides, time)).toBe(expected);
  });
});

it('a clock on the wall shows what Intl shows, in every zone and through every change of time', () => {
  const zones = [
    'Europe/London',
    'America/New_York',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Pacific/Chatham',
    'Pacific/Apia',
    'Africa/Casablanca',
    'UTC',
  ];
  const hours = new Map(zones.map((zone) => [zone, createHours(calendar({ zone }))]));
  const from = Date.parse('2011-01-01T00:00:00Z');
  const to = Date.parse('2031-01-01T00:00:00Z');
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: from, max: to }), (zone, time) => {
      const shown = new Intl.DateTimeFormat('sv-SE', {
        timeZone: zone,
        dateStyle: 'short',
        timeStyle: 'short',
      }).format(time);
      const weekday = new Intl.DateTimeFormat('en-US', { timeZone: zone, weekday: 'short' }).format(time);
      const local = hours.get(zone)?.local(time);
      expect(`${local?.weekday} ${local?.date} ${local?.time}`).toBe(`${weekday} ${shown}`);
    }),
    { seed: 4, numRuns: 1500 },
  );
});

it('days', () => {
  expect([...(parseDays('Fri-Mon') ?? [])]).toEqual(['Fri', 'Sat', 'Sun', 'Mon']);
  expect([...(parseDays(['Wed', 'Mon-Tue']) ?? [])]).toEqual(['Wed', 'Mon', 'Tue']);
  for (const none of ['Mon-Fry', 'mon', '', 'Mon-Tue-Wed', 'Mon,Tue'])
    expect(parseDays(none)).toBeUndefined();
});

it('times of day', () => {
  expect(['00:00', '08:30', '23:59', '24:00'].map(parseTimeOfDay)).toEqual([0, 510, 1439, 1440]);
  for (const none of ['8:00', '24:01', '12:60', '', '12:00:00']) expect(parseTimeOfDay(none)).toBeUndefined();
});

it('zones', () => {
  expect(['Europe/London', 'UTC', 'Asia/Calcutta'].map(isZone)).toEqual([true, true, true]);
  expect(['Europe/Lodnon', '+01:00', '', '../etc'].map(isZone)).toEqual([false, false, false, false]);
});

it('durations', () => {
  expect(['90d', '8h', '30m'].map(durationMs)).toEqual([7_776_000_000, 28_800_000, 1_800_000]);
  for (const none of ['0d', '90', 'd', '1.5h', '-1d', '3 months']) expect(durationMs(none)).toBeUndefined();
});
