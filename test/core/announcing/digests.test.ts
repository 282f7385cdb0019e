import { describe, expect, test } from '@jest/globals';
import { absorb } from '../../../functions/core/announcing/absorb.ts';
import { deliverIncident } from '../../../functions/core/announcing/deliver.ts';
import { lastDue } from '../../../functions/core/announcing/digest-schedule.ts';
import { createMemoryIncidentStore } from '../../../functions/core/announcing/memory-incident-store.ts';
import {
  createMemoryDigestStates,
  createMemoryHeldMessages,
  createMemoryMessageSlots,
} from '../../../functions/core/announcing/memory-message-stores.ts';
import { sendDigestsTo } from '../../../functions/core/announcing/send-digests.ts';
import { signOf } from '../../../functions/core/announcing/sign.ts';
import { targetsOf } from '../../../functions/core/announcing/targets.ts';
import { type Announcement, announcementSchema } from '../../../functions/core/model/announcement.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import { parseSettings } from '../../../functions/core/model/settings.ts';
import type { StoredFinding } from '../../../functions/core/ports.ts';
import { finding } from '../../support/findings.ts';
import { account } from '../../support/records.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A Monday. */
const monday = Date.parse('2026-03-02T09:00:00Z');

/** Targets of settings, with what they are sent. */
function open(yaml: string) {
  const settings = parseSettings(`version: 1\n${yaml}`, 'audit.yaml');
  const targets = targetsOf(settings);
  const incidents = createMemoryIncidentStore();
  const held = createMemoryHeldMessages();
  const states = createMemoryDigestStates();
  const sent: Announcement[] = [];
  const chat = { isAway: false };
  const send = async (announcement: Announcement) => {
    if (chat.isAway) throw new Error('away');
    sent.push(announcementSchema.parse(announcement));
  };
  const slots = createMemoryMessageSlots();
  let now = monday;
  const targetOf = (name: string) => {
    const target = targets.get(name);
    if (!target) throw new Error(`no target ${name}`);
    return target;
  };
  return {
    held,
    sent,
    chat,
    states,
    at: (time: number) => {
      now = time;
    },
    /** Puts findings into incidents, and sends what is new to a target. */
    async find(name: string, ...changes: (Partial<Finding> & { stored?: Partial<StoredFinding> })[]) {
      const signs = changes.map(({ stored, ...overrides }) => {
        const of = finding({
          firstSeen: new Date(now).toISOString(),
          lastSeen: new Date(now).toISOString(),
          evidence: [String(overrides.id)],
          count: 1,
          ...overrides,
        });
        return signOf({ finding: of, announce: of.severity !== 'low', mode: 'announce', ...stored });
      });
      const written = await incidents.absorb(signs, (nearby) =>
        absorb(signs, nearby, { minimumSeverity: 'medium', now }),
      );
      for (const after of written.incidents) {
        if (after.told.count === 0) continue;
        const told = {
          before: undefined,
          after,
          change: 'new',
          findings: [],
          related: [],
          accounts: {},
        } as const;
        await deliverIncident(told, [targetOf(name)], { slots, held, send });
      }
    },
    digests: (name: string) =>
      sendDigestsTo(targetOf(name), { settings, targets, incidents, held, states, send }, now),
    titles: () =>
      sent.flatMap((each) =>
        each.kind === 'digest'
          ? [
              `${each.because} ${each.sections.map(({ title, entries, more }) => `${title} ${entries.map(({ title: text }) => text).join(', ')}${more > 0 ? ` +${more}` : ''}`).join('; ')}`,
            ]
          : [],
      ),
  };
}

const by = (name: string, overrides: Partial<Finding> = {}): Partial<Finding> => ({
  id: name,
  title: name,
  secret: null,
  actor: { principal: `arn:aws:iam::${account}:user/${name}`, kind: 'user', account },
  ...overrides,
});

const office = `calendars: {office: {zone: UTC, days: Mon-Fri, from: "08:00", to: "18:00"}}
notify: {email: [a@example.com], hours: office, hourlyLimit: 2}`;

describe('what is held', () => {
  test('outside the hours waits for them; what is critical does not', async () => {
    const suite = open(office);
    suite.at(monday + 10 * hourMs);
    await suite.find('email', by('a'), by('b', { severity: 'critical' }), by('c'));
    expect(suite.sent.map(({ kind }) => kind)).toEqual(['incident']);
    expect(await suite.digests('email')).toBe(0);
    suite.at(monday + 23 * hourMs);
    expect(await suite.digests('email')).toBe(1);
    expect(suite.titles()).toEqual(['quiet-hours Held back a, c']);
    expect(await suite.digests('email')).toBe(0);
  });

  test('by the limit comes when the hour is over, all of it, each once', async () => {
    const suite = open('notify: {email: [a@example.com], hourlyLimit: 2}');
    await suite.find('email', ...Array.from({ length: 203 }, (_, index) => by(`u${index}`)));
    expect(suite.sent).toHaveLength(2);
    suite.at(monday + hourMs - 1);
    expect(await suite.digests('email')).toBe(0);
    suite.at(monday + hourMs);
    expect(await suite.digests('email')).toBe(2);
    const told = suite.sent.flatMap((each) =>
      each.kind === 'digest' ? each.sections.flatMap(({ entries }) => entries.map(({ title }) => title)) : [],
    );
    expect(new Set(told).size).toBe(201);
    expect(told).toHaveLength(201);
    expect(new Set(suite.sent.map(({ id }) => id)).size).toBe(4);
  });

  test('and was told meanwhile by something graver is not told again', async () => {
    const suite = open(office);
    suite.at(monday + 10 * hourMs);
    await suite.find('email', by('a'));
    await suite.find('email', by('a', { revision: 2, severity: 'critical' }));
    suite.at(monday + dayMs);
    expect(await suite.digests('email')).toBe(0);
    expect(suite.sent).toHaveLength(1);
  });

  test('is not lost where sending fails, nor doubled', async () => {
    const suite = open(office);
    suite.at(monday + 10 * hourMs);
    await suite.find('email', by('a'));
    suite.chat.isAway = true;
    suite.at(monday + 24 * hourMs);
    await expect(suite.digests('email')).rejects.toThrow('away');
    suite.chat.isAway = false;
    await suite.find('email', by('late', { severity: 'medium' }));
    suite.at(monday + 25 * hourMs);
    expect(await suite.digests('email')).toBe(1);
    expect(suite.titles()).toEqual(['quiet-hours Held back a']);
    expect((await suite.states.read('email'))?.pending).toBeNull();
  });
});

describe('a digest by the calendar', () => {
  const email = 'notify: {email: [a@example.com]}';

  test('tells once a week what came up and was not sent by itself; where there is nothing, nothing is sent', async () => {
    const suite = open(email);
    suite.at(monday - dayMs);
    await suite.find('email', by('old', { severity: 'low' }));
    suite.at(monday);
    // The first is due when there is a week to tell of.
    expect(await suite.digests('email')).toBe(0);
    suite.at(monday + 2 * dayMs);
    await suite.find('email', by('mild', { severity: 'low' }), by('sent'), {
      ...by('observed'),
      stored: { announce: false, mode: 'observe' },
    });
    expect(await suite.digests('email')).toBe(0);
    suite.at(monday + 7 * dayMs - hourMs);
    expect(await suite.digests('email')).toBe(1);
    expect(suite.titles()).toEqual(['weekly Open mild']);
    expect(suite.sent.at(-1)).toMatchObject({
      targets: ['email'],
      from: new Date(monday).toISOString(),
      to: new Date(monday + 7 * dayMs - hourMs).toISOString(),
    });
    expect(await suite.digests('email')).toBe(0);
    suite.at(monday + 14 * dayMs);
    expect(await suite.digests('email')).toBe(0);
  });

  test('is daily where the settings say so, or never', async () => {
    const daily = open(`${email.slice(0, -1)}, digest: {every: daily}}`);
    const never = open(`${email.slice(0, -1)}, digest: {every: never}}`);
    for (const suite of [daily, never]) {
      await suite.digests('email');
      await suite.find('email', by('mild', { severity: 'low' }));
      suite.at(monday + dayMs);
      await suite.digests('email');
    }
    expect(daily.titles()).toEqual(['daily Open mild']);
    expect(never.titles()).toEqual([]);
  });

  test('shows the gravest, few of a kind, and how many more there are', async () => {
    const suite = open(email);
    await suite.digests('email');
    const many = Array.from({ length: 12 }, (_, index) =>
      by(`u${index}`, { severity: 'low', detector: 'unfamiliar-tool' }),
    );
    await suite.find('email', ...many, by('other', { severity: 'low', detector: 'secret-spread' }));
    suite.at(monday + 7 * dayMs);
    await suite.digests('email');
    expect(suite.titles()[0]).toMatch(/^weekly Open (u\d+, ){5}other \+7$|^weekly Open .*other.* \+7$/);
  });

  test('tells whoever owns something what to look after, and what ends soon', async () => {
    const suite = open(`
teams: {messaging: {email: m@example.com}}
suppressions:
  - {id: known, match: {detector: read-burst}, owner: messaging, reason: A test runs, until: "2026-03-15T00:00:00Z"}
  - {id: later, match: {detector: read-spike}, owner: messaging, reason: No, until: "2026-06-15T00:00:00Z"}
  - {id: ours, match: {detector: read-spike}, owner: nobody@example.com, reason: Who knows, until: "2026-03-15T00:00:00Z"}
exceptions:
  - {secret: sms/clockwork, clause: sender, from: any, owner: messaging, reason: Abroad, until: "2026-03-10T00:00:00Z"}
secrets: [{match: {name: sms/clockwork}, owner: messaging, allow: [{id: sender, role: sender, actions: [read], from: any}]}]
notify: {email: [a@example.com]}`);
    for (const name of ['email', 'team-messaging']) await suite.digests(name);
    const owner = 'messaging';
    await suite.find('email', by('theft', { owner }), by('mild', { owner, severity: 'low' }), {
      ...by('drift', { owner, detector: 'outside-contract', severity: 'medium' }),
      stored: { announce: false, mode: 'observe' },
    });
    await suite.find('team-messaging', {
      ...by('due', { owner, detector: 'rotation-due', actor: null, incident: 'rotation-0011223344556677' }),
      stored: { told: { count: 1, at: monday, stage: 'due' } },
    });
    suite.sent.length = 0;
    suite.at(monday + 7 * dayMs);
    for (const name of ['email', 'team-messaging']) await suite.digests(name);
    expect(suite.titles()).toEqual([
      'weekly Open mild; Expiring Who knows',
      'owner Open theft; Overdue due; Drifting drift; Expiring sms/clockwork: Abroad, A test runs',
    ]);
  });
});

test('the last date that is due, by the clock of its zone; a missed one is made up for', () => {
  const weekly = { every: 'weekly', day: 'Mon', at: '08:00', zone: 'Europe/London' } as const;
  expect(lastDue(weekly, monday)).toBe('2026-03-02');
  expect(lastDue(weekly, monday - 61 * 60_000)).toBe('2026-02-23');
  expect(lastDue(weekly, monday + 3 * dayMs)).toBe('2026-03-02');
  expect(lastDue({ ...weekly, zone: 'America/New_York' }, monday)).toBe('2026-02-23');
  expect(lastDue({ ...weekly, every: 'daily' }, monday - 61 * 60_000)).toBe('2026-03-01');
  expect(lastDue({ ...weekly, every: 'never' }, monday)).toBeUndefined();
});
