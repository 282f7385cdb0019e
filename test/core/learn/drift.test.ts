import { describe, expect, it } from '@jest/globals';
import { draftContracts } from '../../../functions/core/learn/draft.ts';
import { draftYaml } from '../../../functions/core/learn/draft-yaml.ts';
import { findDrift, isDrift } from '../../../functions/core/learn/drift.ts';
import { driftText } from '../../../functions/core/learn/drift-text.ts';
import { gatherUses } from '../../../functions/core/learn/uses.ts';
import type { AccessEvent } from '../../../functions/core/model/access-event.ts';
import { parseSettings } from '../../../functions/core/model/settings.ts';
import { at, event, person } from '../../support/records.ts';
import { daily, machine } from './histories.ts';

const drafted = (events: readonly AccessEvent[], zone = 'UTC') =>
  parseSettings(draftYaml(draftContracts(gatherUses(events), { zone })), 'contracts.yaml');
const textOf = (events: readonly AccessEvent[], yaml: string) =>
  driftText(findDrift(events, parseSettings(yaml, 'x')), { settingsPath: 'contracts.yaml', columns: 120 });

const contract = `version: 1
networks:
  office: {cidrs: [192.0.2.0/24]}
  old-vpn: {cidrs: [198.51.100.0/24]}
calendars: {workdays: {zone: UTC, days: Mon-Sun, from: "00:00", to: "24:00"}}
secrets:
  - match: {name: app/db}
    allow:
      - {id: sender, role: sender, actions: [read, write], from: [office, old-vpn]}
      - {id: retired, role: retired, actions: [read], from: any}
`;
const sender = daily(6, machine('sender'));

describe('the drift between contracts and life', () => {
  it('is none right after the draft, on the same logs', () => {
    const weeks = daily(70, { userIdentity: person('OnCall', 'anika') }, { hour: 2 });
    const events = [
      ...daily(40, machine('a', { sourceIPAddress: '203.0.113.1' }), { aDay: 2 }),
      ...daily(40, machine('b', { requestParameters: { secretId: 'other' } })),
      ...weeks,
    ];
    const settings = drafted(events);
    expect(settings.secrets.flatMap(({ allow = [] }) => allow.map(({ hours }) => hours))).toContain(
      'daily-10-13',
    );
    const drift = findDrift(events, settings);
    expect({ ...drift, draft: undefined }).toEqual({
      draft: undefined,
      outside: [],
      unused: [],
      unusedNetworks: [],
      uncontracted: [],
    });
    expect(isDrift(drift)).toBe(false);
    expect(driftText(drift, { settingsPath: 'contracts.yaml', columns: 200 })).toContain(
      'No drift between contracts.yaml and 70 days of logs (2026-03-02 to 2026-05-10, 190 accesses).',
    );
  });

  it('tells what is permitted and never done: clauses, actions, networks', () => {
    const text = textOf(sender, contract);
    expect(text).toContain('PERMITTED AND NEVER DONE in 6 days');
    expect(text).toContain('clause "retired": role retired may read, and never did: take the clause out?');
    expect(text).toContain('clause "sender": role sender may change, and never did: take write out?');
    expect(text).toContain('clause "sender": role sender never came from old-vpn: take it out of from?');
    expect(text).toContain('NETWORKS FROM WHICH NOBODY CAME: old-vpn');
    expect(text).toContain('Not known from logs: what IAM permits.');
  });

  it('tells hours that nobody uses, where they are many', () => {
    const yaml = `version: 1
calendars: {wide: {zone: UTC, days: Mon-Sun, from: "06:00", to: "22:00"}}
secrets:
  - match: {name: app/db}
    allow: [{id: people, permissionSet: Dev, actions: [read], from: any, hours: wide}]
`;
    const workdays = daily(60, { userIdentity: person('Dev', 'anika') }).filter(({ time }) =>
      [1, 2, 3, 4, 5].includes(new Date(time ?? 0).getUTCDay()),
    );
    expect(textOf(workdays, yaml)).toContain(
      'worked only Mon-Fri 08:00-11:00 UTC; wide permits more: narrow it?',
    );
    expect(textOf(workdays.slice(0, 20), yaml)).not.toContain('worked only');
  });

  it('tells who is outside, quotes the clause, and proposes one where the history carries it', () => {
    const events = [
      ...sender,
      ...daily(6, machine('newcomer', { sourceIPAddress: '203.0.113.5' })),
      ...daily(1, machine('sender', { sourceIPAddress: '203.0.113.9' })),
    ];
    const drift = findDrift(events, parseSettings(contract, 'x'));
    expect(
      drift.outside.map(({ who, use, quote, proposal }) => [
        who,
        use.count,
        quote ?? null,
        proposal?.clause.from ?? null,
      ]),
    ).toEqual([
      ['role newcomer', 6, null, ['newcomer-1']],
      [
        'role sender',
        1,
        expect.stringMatching(/^clause "sender" of app\/db permits .* from 203\.0\.113\.9/),
        null,
      ],
    ]);
    const text = driftText(drift, { settingsPath: 'contracts.yaml', columns: 100 });
    expect(text).toContain('OUTSIDE THE CONTRACTS: 7 accesses, by 2 pairs of identity and secret');
    expect(text).toContain('proposed: {id: newcomer, role: newcomer, actions: [read], from: [newcomer-1]}\n');
    expect(text).toContain('newcomer-1: {cidrs: [203.0.113.5/32]}');
    expect(text).toContain('TODO: too little history for a clause: allow or not?');
  });

  it('uses the names that networks have already', () => {
    const events = [...sender, ...daily(6, machine('newcomer'))];
    const { outside } = findDrift(events, parseSettings(contract, 'x'));
    expect(outside[0]?.proposal?.clause.from).toEqual(['office']);
  });

  it('names secrets without a contract, which alone are no drift', () => {
    const settings = drafted(sender);
    const drift = findDrift(
      [...sender, ...daily(3, machine('x', { requestParameters: { secretId: 'new' } }))],
      settings,
    );
    expect(drift.uncontracted.map(({ name }) => name)).toEqual(['new']);
    expect(isDrift(drift)).toBe(false);
  });

  it('shows hostile names harmless, on lines of their own', () => {
    const eve = event({ userIdentity: person('Dev', '\u001b[2Jeve'), eventTime: at(0) });
    expect(textOf([...sender, eve], contract)).toContain('<U+001B>[2Jeve with permission set Dev');
  });
});
