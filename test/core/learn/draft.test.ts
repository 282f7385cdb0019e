import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createContracts } from '../../../functions/core/contracts/contracts.ts';
import { draftContracts } from '../../../functions/core/learn/draft.ts';
import { draftYaml, summaryOfDraft } from '../../../functions/core/learn/draft-yaml.ts';
import { gatherUses } from '../../../functions/core/learn/uses.ts';
import type { AccessEvent } from '../../../functions/core/model/access-event.ts';
import { parseSettings } from '../../../functions/core/model/settings.ts';
import {
  account,
  at,
  denied,
  event,
  eventsOf,
  otherAccount,
  person,
  record,
  role,
  root,
  rotationEvent,
  secretArn,
} from '../../support/records.ts';
import { daily, machine } from './histories.ts';

const draftOf = (events: readonly AccessEvent[], zone = 'UTC') =>
  draftContracts(gatherUses(events), { zone });
const yamlOf = (events: readonly AccessEvent[], zone = 'UTC') => draftYaml(draftOf(events, zone));
const settingsOf = (events: readonly AccessEvent[]) => parseSettings(yamlOf(events), 'contracts.yaml');
const clausesOf = (events: readonly AccessEvent[]) =>
  settingsOf(events).secrets.flatMap(({ allow = [] }) => allow);
const get = (secretId: string) => ({ requestParameters: { secretId } });

describe('a clause', () => {
  it('says who did what from where, under the evidence', () => {
    const events = daily(40, machine('sender', { sourceIPAddress: '203.0.113.10' }), { aDay: 3 });
    expect(clausesOf(events)).toEqual([
      {
        id: 'sender',
        role: 'sender',
        actions: ['read'],
        from: ['sender-1'],
        rate: { events: 60, per: 'hour' },
      },
    ]);
    const yaml = yamlOf(events);
    expect(yaml).toContain('# 120 reads on 40 of 40 days, last 2026-04-10, from sender-1, with boto3\n');
    expect(settingsOf(events).networks['sender-1']?.cidrs).toEqual(['203.0.113.10/32']);
    expect(settingsOf(events).secrets[0]?.match).toEqual({ name: 'app/db', account });
  });

  it('permits what it was learned from, and neither another network nor another action', () => {
    const events = daily(10, machine('sender'));
    const contracts = createContracts(settingsOf(events));
    expect(events.map((each) => contracts.judge(each).outcome)).toEqual(Array(10).fill('permitted'));
    expect(contracts.judge(event(machine('sender', { sourceIPAddress: '198.51.100.7' })))).toMatchObject({
      outcome: 'broken',
      respects: ['where'],
    });
    expect(contracts.judge(event(machine('sender', { eventName: 'DeleteSecret' })))).toMatchObject({
      outcome: 'broken',
      respects: ['what'],
    });
    expect(contracts.judge(event(machine('other'))).outcome).toBe('none-permits');
  });

  it('has four times the busiest hour as its rate, and none before a month', () => {
    expect(clausesOf(daily(30, machine('busy'), { aDay: 25 }))[0]?.rate).toEqual({
      events: 100,
      per: 'hour',
    });
    expect(clausesOf(daily(29, machine('busy'), { aDay: 25 }))[0]?.rate).toBeUndefined();
  });

  it('names the account of an identity from elsewhere', () => {
    const bot = JSON.parse(JSON.stringify(role('bot', 'run')).replaceAll(account, otherAccount));
    expect(clausesOf(daily(5, { userIdentity: bot }))[0]).toMatchObject({
      role: 'bot',
      account: otherAccount,
    });
  });

  it('names VPC endpoints, and services that call on behalf of somebody', () => {
    const events = [
      ...daily(5, machine('inside', { vpcEndpointId: 'vpce-0a1b2c3d', sourceIPAddress: '10.0.0.5' })),
      ...daily(5, machine('stack', { sourceIPAddress: 'cloudformation.amazonaws.com' })),
    ];
    expect(settingsOf(events).networks).toMatchObject({
      'vpce-0a1b2c3d': { vpcEndpoints: ['vpce-0a1b2c3d'] },
      'via-cloudformation': { services: ['cloudformation.amazonaws.com'] },
    });
    const contracts = createContracts(settingsOf(events));
    expect(new Set(events.map((each) => contracts.judge(each).outcome))).toEqual(new Set(['permitted']));
  });

  it('calls a gateway of several machines by its account, and lists its few addresses', () => {
    const events = ['a', 'b', 'c'].flatMap((name, index) =>
      daily(5, machine(name, { ...get(`${name}/db`), sourceIPAddress: `203.0.113.${10 + index}` })),
    );
    expect(settingsOf(events).networks[`nat-${account}-1`]?.cidrs).toEqual([
      '203.0.113.10/32',
      '203.0.113.11/32',
      '203.0.113.12/32',
    ]);
  });

  it('comes from anywhere where the networks never end, and says so once', () => {
    const events = Array.from({ length: 30 }, (_, day) =>
      event(
        machine('runner', {
          ...get(day % 2 ? 'one' : 'two'),
          eventTime: at(day * 86_400),
          sourceIPAddress: `198.51.${day}.7`,
        }),
      ),
    );
    expect(clausesOf(events).map(({ from }) => from)).toEqual(['any']);
    expect(yamlOf(events).match(/TODO: role runner .* it came from 30 networks in 30 calls/g)).toHaveLength(
      1,
    );
  });
});

describe('no clause', () => {
  const needed = daily(5, machine('needed'));

  it.each([
    [
      'on two days',
      daily(2, machine('thin'), { aDay: 20 }),
      'role thin did 40 reads, on 2 days, last 2026-03-03',
    ],
    ['four times within four weeks', daily(4, machine('thin')), 'role thin did 4 reads, on 4 days'],
    ['once', daily(1, machine('thin')), 'role thin did 1 read, on 2026-03-02, from 192.0.2.0/24, with boto3'],
  ])('for what was seen %s: a question instead', (_, thin, question) => {
    const events = [...needed, ...thin];
    expect(clausesOf(events).map(({ id }) => id)).toEqual(['needed']);
    expect(yamlOf(events)).toContain(`# TODO: ${question}`);
    expect(yamlOf(events)).toContain('allow or not?');
  });

  it('but a monthly job has its clause', () => {
    const monthly = [0, 31, 61].map((day) => event(machine('monthly', { eventTime: at(day * 86_400) })));
    expect(clausesOf(monthly).map(({ id }) => id)).toEqual(['monthly']);
  });

  it('for a secret that was only used now and then: it is named at the end', () => {
    const yaml = yamlOf([...needed, ...daily(1, machine('thin', get('rare')))]);
    expect(yaml).toMatch(
      /# Too little history for a contract:\n# rare \(111122223333, eu-west-1\)\. TODO: role thin did/,
    );
    expect(parseSettings(yaml, 'x').secrets).toHaveLength(1);
  });

  it('for refused calls, for what Secrets Manager says of itself, nor for a creation', () => {
    const events = [
      ...needed,
      ...daily(9, {
        ...denied('GetSecretValue', secretArn('app/db')),
        userIdentity: role('refused', 's'),
      }),
      ...eventsOf([rotationEvent('RotationSucceeded', 'app/db')]),
      event(machine('creator', { eventName: 'CreateSecret', requestParameters: { name: 'app/db' } })),
    ];
    expect(clausesOf(events).map(({ id }) => id)).toEqual(['needed']);
    expect(yamlOf(events)).not.toMatch(/refused did|creator/);
  });

  it('for an action that was seen once, though others are usual', () => {
    const events = [...needed, event(machine('needed', { eventName: 'PutResourcePolicy' }))];
    expect(clausesOf(events)[0]?.actions).toEqual(['read']);
    expect(yamlOf(events)).toContain(
      'TODO: it also did 1 call about its policy, on 2026-03-02: allow that too?',
    );
  });

  it('for root, whom no clause can name', () => {
    const yaml = yamlOf([...needed, ...daily(9, { userIdentity: root() })]);
    expect(yaml).toMatch(/TODO: root .* used it 9 times on 9 days, .*no clause can name it/);
    expect(parseSettings(yaml, 'x').secrets[0]?.allow).toHaveLength(1);
  });

  it('that is silent, for what looks like break-glass', () => {
    expect(clausesOf(daily(9, machine('BreakGlass')))[0]).toMatchObject({ announce: 'always' });
    expect(yamlOf(daily(1, machine('BreakGlass')))).toContain('allow it with announce: always');
  });
});

describe('people', () => {
  const by = (name: string, days: number, address: string, hour = 0) =>
    daily(
      days,
      { userIdentity: person('OnCall', name), sourceIPAddress: address, userAgent: 'console.amazonaws.com' },
      { hour },
    );

  it('share the clause of their permission set, from offices and homes', () => {
    const events = [
      ...by('anika', 6, '192.0.2.1'),
      ...by('ben', 6, '192.0.2.2'),
      ...by('carla', 6, '192.0.2.3'),
      ...by('carla', 3, '198.51.100.9', 3),
    ];
    expect(clausesOf(events)).toEqual([
      { id: 'OnCall', permissionSet: 'OnCall', actions: ['read', 'describe'], from: ['people-1', 'homes'] },
    ]);
    expect(yamlOf(events)).toContain('21 reads by 3 people on 6 of 6 days');
    expect(settingsOf(events).networks).toMatchObject({
      'people-1': { cidrs: ['192.0.2.0/24'] },
      homes: { cidrs: ['198.51.100.0/24'] },
    });
  });

  it('have hours where these are clear, in the zone that was asked for', () => {
    // 2026-03-02 is a Monday; from the last Sunday of March on London is an hour ahead of UTC.
    const workdays = by('anika', 56, '192.0.2.1').filter(({ time }) => {
      const day = new Date(time ?? 0).getUTCDay();
      return day > 0 && day < 6;
    });
    const settings = parseSettings(yamlOf(workdays, 'Europe/London'), 'x');
    expect(settings.calendars).toEqual({
      'workdays-08-12': { zone: 'Europe/London', days: 'Mon-Fri', from: '08:00', to: '12:00', holidays: [] },
    });
    expect(settings.secrets[0]?.allow?.[0]?.hours).toBe('workdays-08-12');
  });

  it('have none where they work at night too, nor where they are hardly known', () => {
    const around = [...by('anika', 40, '192.0.2.1'), ...by('anika', 40, '192.0.2.1', 12)];
    expect(clausesOf(around)[0]?.hours).toBeUndefined();
    expect(clausesOf(by('anika', 20, '192.0.2.1'))[0]?.hours).toBeUndefined();
  });
});

describe('the file', () => {
  it('says what it was learned from, and of nothing says that there was nothing', () => {
    expect(settingsOf(daily(5, machine('a'))).learned).toEqual({ from: '2026-03-02', until: '2026-03-06' });
    expect(settingsOf([]).secrets).toEqual([]);
    expect(yamlOf([])).toContain('There was no access to learn from.');
  });

  it('joins secrets whose clauses are the same', () => {
    const events = ['b', 'a', 'c'].flatMap((name) => daily(5, machine('sync', get(name))));
    expect(settingsOf(events).secrets.map(({ match }) => match.name)).toEqual([['a', 'b', 'c']]);
    expect(yamlOf(events)).toContain('15 reads on 5 of 5 days');
  });

  it('tells secrets of one name apart by Region, and identities of one name by kind', () => {
    const events = [
      ...daily(5, machine('a')),
      ...daily(5, machine('a', { awsRegion: 'eu-central-1' })),
      ...daily(5, machine('b', { awsRegion: 'eu-central-1' })),
      ...daily(5, {
        ...machine('x'),
        userIdentity: {
          ...JSON.parse(JSON.stringify(record()['userIdentity'])),
          arn: `arn:aws:iam::${account}:user/a`,
        },
      }),
    ];
    const { secrets } = settingsOf(events);
    expect(secrets.map(({ match }) => match.region)).toEqual(['eu-central-1', 'eu-west-1']);
    expect(secrets[1]?.allow?.map(({ id, role: named, user }) => [id, named ?? user])).toEqual([
      ['a', 'a'],
      ['a-user', 'a'],
    ]);
  });

  it('takes neither patterns nor lines of its own from hostile names', () => {
    const events = [
      ...daily(5, machine('needed')),
      ...daily(5, machine('needed', get('*'))),
      ...daily(5, { userIdentity: role('*', 's') }),
      ...daily(1, {
        userIdentity: person('Dev', 'eve\n    allow: []\u2028x'),
        userAgent: 'x\ny',
      }),
    ];
    const yaml = yamlOf(events);
    const { secrets } = parseSettings(yaml, 'x');
    expect(secrets.map(({ match }) => match.name)).toEqual(['app/db']);
    expect(secrets[0]?.allow?.map(({ role: named }) => named)).toEqual(['needed']);
    expect(yaml).toContain('1 secret left out');
    expect(yaml).toContain('eve<U+000A>    allow: []<U+2028>x');
  });

  it('counts its questions', () => {
    const draft = draftOf([
      ...daily(5, machine('a')),
      ...daily(1, machine('b')),
      ...daily(1, machine('c', get('rare'))),
    ]);
    expect(summaryOfDraft(draft)).toEqual({ secrets: 1, clauses: 1, todos: 2 });
    expect(draftYaml(draft).match(/TODO: /g)).toHaveLength(2);
  });

  it('is the same for the same events in any order, delivered any number of times, and is accepted as settings', () => {
    const call = fc.record({
      name: fc.constantFrom('a', 'b', 'BreakGlass'),
      secret: fc.constantFrom('one', 'two', 'three/four'),
      call: fc.constantFrom('GetSecretValue', 'DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage'),
      day: fc.integer({ min: 0, max: 40 }),
      address: fc.constantFrom(
        '192.0.2.1',
        '192.0.2.9',
        '203.0.113.4',
        '2001:db8::1',
        'lambda.amazonaws.com',
        'x',
      ),
      isPerson: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 120 }), fc.integer(), (calls, turn) => {
        const events = calls.map(({ name, secret, call: eventName, day, address, isPerson }) =>
          event({
            ...get(secret),
            eventName,
            eventTime: at(day * 86_400),
            sourceIPAddress: address,
            userIdentity: isPerson ? person('Dev', name) : role(name, 's'),
          }),
        );
        const yaml = yamlOf(events);
        const cut = events.length === 0 ? 0 : Math.abs(turn) % events.length;
        expect(yamlOf([...events.slice(cut), ...events.slice(0, cut + 3)])).toBe(yaml);
        const settings = parseSettings(yaml, 'contracts.yaml');
        const contracts = createContracts(settings);
        for (const { secret, identity } of gatherUses(events).uses) {
          const { clauses } = contracts.of(secret);
          expect(clauses.filter(({ id }) => id === identity.name).length).toBeLessThan(2);
        }
      }),
      { seed: 20260302, numRuns: 60 },
    );
  });
});
