import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { checkSettings } from '../../../functions/core/contracts/check-settings.ts';
import { SettingsError } from '../../../functions/core/errors.ts';
import { parseSettings, settingsSchema } from '../../../functions/core/model/settings.ts';
import { repository } from '../../support/repository.ts';

const problemsOf = (text: string): readonly string[] => {
  try {
    parseSettings(text, 'audit.yaml');
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
};

it('the example that users begin with has no fault and nothing doubtful', () => {
  const text = readFileSync(join(repository, 'audit.example.yaml'), 'utf8');
  const settings = parseSettings(text, 'audit.example.yaml');
  expect(settings.secrets[0]?.allow).toHaveLength(4);
  expect(checkSettings(settings, text, 'audit.example.yaml', { now: Date.parse('2026-12-01') })).toEqual([]);
});

it('what every clause and calendar leaves open', () => {
  expect(parseSettings('version: 1\ncalendars: {any-day: {zone: UTC}}', 'audit.yaml')).toMatchObject({
    calendars: { 'any-day': { days: 'Mon-Sun', from: '00:00', to: '24:00', holidays: [] } },
    defaults: { unmatched: 'history', ownerTag: 'owner' },
    secrets: [],
    exceptions: [],
    suppressions: [],
  });
});

const top = 'version: 1\n';
const clause = (text: string, rest = '') =>
  `${top}secrets:\n  - match: {name: x}\n    allow:\n      - {${text}}\n${rest}`;
const network = (cidr: string) => `${top}networks:\n  n: {cidrs: [${cidr}]}\n`;
const calendar = (text: string) => `${top}calendars:\n  c: {${text}}\n`;

describe('names', () => {
  it.each([
    [
      'an account without quotes',
      `${top}accounts: {prod: 111122223333}\n`,
      ['audit.yaml:2: accounts.prod: must be the 12 digits of an account, in quotes'],
    ],
    [
      'a word that means something',
      `${top}networks:\n  any: {cidrs: [192.0.2.0/24]}\n`,
      ['audit.yaml:3: networks.any: any is a word of the settings and no name'],
    ],
    [
      'a channel whose # began a comment',
      `${top}teams:\n  a: {slack: a}\n`,
      ['audit.yaml:3: teams.a.slack: must be a channel, such as "#payments", in quotes'],
    ],
    [
      'an empty network',
      `${top}networks:\n  n: {}\n`,
      ['audit.yaml:3: networks.n: an empty network: name cidrs, vpcEndpoints or services'],
    ],
    [
      'no endpoint',
      `${top}networks:\n  n: {vpcEndpoints: [vpc-1]}\n`,
      ['audit.yaml:3: networks.n.vpcEndpoints.0: must be a VPC endpoint, such as vpce-0a1b2c3d'],
    ],
    [
      'no service',
      `${top}networks:\n  n: {services: [lambda]}\n`,
      [
        'audit.yaml:3: networks.n.services.0: must be the host name of an AWS service, such as lambda.amazonaws.com',
      ],
    ],
  ])('%s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });
});

describe('address ranges', () => {
  it.each([
    ['198.51.100.5/28', '198.51.100.5/28 has bits set beyond its length; the range is 198.51.100.0/28'],
    ['"2001:db8::1/32"', '2001:db8::1/32 has bits set beyond its length; the range is 2001:db8::/32'],
    ['198.51.100.7', 'must be an address range (CIDR); this one address is 198.51.100.7/32'],
    ['"2001:db8::1"', 'must be an address range (CIDR); this one address is 2001:db8::1/128'],
    ['198.51.100.0/33', 'must be an address range (CIDR), such as 198.51.100.0/28'],
    ['10.1/16', 'must be an address range (CIDR), such as 198.51.100.0/28'],
    ['office', 'must be an address range (CIDR), such as 198.51.100.0/28'],
    ['"::ffff:192.0.2.0/120"', 'must be written as IPv4'],
  ])('%s is refused', (cidr, problem) => {
    expect(problemsOf(network(cidr))).toEqual([`audit.yaml:3: networks.n.cidrs.0: ${problem}`]);
  });

  it.each(['198.51.100.0/28', '0.0.0.0/0', '203.0.113.10/32', '"2001:db8::/32"', '"2001:DB8::1/128"'])(
    '%s is taken',
    (cidr) => {
      expect(problemsOf(network(cidr))).toEqual([]);
    },
  );
});

describe('calendars', () => {
  it.each([
    [
      'zone: Europe/Lodnon',
      'zone: Europe/Lodnon is no zone of the IANA database; the nearest is Europe/London',
    ],
    ['zone: "+01:00"', 'zone: +01:00 is no zone of the IANA database; one is Europe/London'],
    ['days: Mon', 'zone: must be a zone of the IANA database, such as Europe/London'],
    ['zone: UTC, days: Mon-Fry', 'days: must be days, such as Mon-Fri, Sat or [Mon, Wed-Fri]'],
    ['zone: UTC, days: []', 'days: must be days, such as Mon-Fri, Sat or [Mon, Wed-Fri]'],
    ['zone: UTC, from: "8:00"', 'from: must be a time in quotes, such as "08:00"'],
    ['zone: UTC, to: "24:30"', 'to: must be a time in quotes, such as "19:00"'],
    [
      'zone: UTC, from: "08:00", to: "08:00"',
      'to: from and to are the same: for the whole day leave both out',
    ],
    ['zone: UTC, holidays: [2026-02-30]', 'holidays.0: must be a date, such as 2026-12-25'],
    ['zone: UTC, holidays: [25 Dec]', 'holidays.0: must be a date, such as 2026-12-25'],
  ])('%s', (text, problem) => {
    expect(problemsOf(calendar(text))).toEqual([expect.stringMatching(/^audit\.yaml:3: /)]);
    expect(problemsOf(calendar(text))[0]).toContain(`calendars.c.${problem}`);
  });
});

describe('clauses', () => {
  it.each([
    [
      'nobody',
      'id: a, actions: any, from: any',
      'secrets.0.allow.0: a clause names one of role, user, permissionSet, service; this names none',
    ],
    [
      'two',
      'id: a, role: r, user: u, actions: any, from: any',
      'secrets.0.allow.0: a clause names one of role, user, permissionSet, service; this names role and user',
    ],
    [
      'an unknown action',
      'id: a, role: r, actions: [raed], from: any',
      'secrets.0.allow.0.actions.0: must be one of read, describe, list, write, stage, policy',
    ],
    [
      'actions that are no list',
      'id: a, role: r, actions: read, from: any',
      'secrets.0.allow.0.actions: must be a list of read, describe, list, write, stage, policy, or any',
    ],
    [
      'nothing about from where',
      'id: a, role: r, actions: any',
      'secrets.0.allow.0.from: must be a list of names of `networks`, or any',
    ],
    [
      'a role of Identity Center',
      'id: a, role: AWSReservedSSO_OnCall_0123456789abcdef, actions: any, from: any',
      'secrets.0.allow.0.role: people in Identity Center are named by permission set: permissionSet: OnCall',
    ],
    [
      'a permission set by its role',
      'id: a, permissionSet: AWSReservedSSO_OnCall_*, actions: any, from: any',
      'secrets.0.allow.0.permissionSet: must be the name of the permission set alone, without AWSReservedSSO_ and its ending',
    ],
    [
      'the ARN of a session',
      'id: a, role: "arn:aws:sts::111122223333:assumed-role/r/x", actions: any, from: any',
      'secrets.0.allow.0.role: must be the name of a role or its ARN (arn:aws:iam::ACCOUNT:role/NAME), and may hold *',
    ],
    [
      'an ARN and an account',
      'id: a, role: "arn:aws:iam::111122223333:role/r", account: "111122223333", actions: any, from: any',
      'secrets.0.allow.0.account: the ARN names the account already',
    ],
    [
      'a service of an account',
      'id: a, service: backup.amazonaws.com, account: "111122223333", actions: any, from: any',
      'secrets.0.allow.0.account: a service belongs to no account',
    ],
    [
      'a consumer that is two',
      'id: a, role: r, actions: any, from: any, consumer: {ecs: x, lambda: y, delivery: runtime}',
      'secrets.0.allow.0.consumer: name one of ecs, lambda, ec2, eks, batch, other; this names ecs and lambda',
    ],
    [
      'an unknown key',
      'id: a, role: r, actions: any, from: any, hour: x',
      'unknown setting secrets.0.allow.0.hour',
    ],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(clause(text))).toEqual([`audit.yaml:5: ${problem}`]);
  });
});

describe('names that nothing has, with the nearest', () => {
  const names = `accounts: {prod: "111122223333"}
teams: {messaging: {}}
networks: {vpn: {cidrs: [198.51.100.0/28]}}
calendars: {uk: {zone: Europe/London}}
`;

  it('each with its line', () => {
    const text = `${top}${names}defaults: {owner: mesaging}
secrets:
  - match: {name: x, account: prd}
    owner: platform
    allow:
      - {id: a, role: r, account: pord, actions: any, from: [vpn, vnp], hours: ku}
exceptions:
  - {secret: x, clause: b, from: [office], hours: us, owner: nobody, reason: x, until: 2027-01-01T00:00:00Z}
suppressions:
  - {id: s, match: {network: vpm}, owner: a@example.com, reason: x, until: 2027-01-01T00:00:00Z}
`;
    expect(problemsOf(text)).toEqual([
      'audit.yaml:6: defaults.owner: teams has no mesaging; the nearest is messaging',
      'audit.yaml:8: secrets.0.match.account: accounts has no prd; the nearest is prod',
      'audit.yaml:9: secrets.0.owner: teams has no platform; there is messaging',
      'audit.yaml:11: secrets.0.allow.0.account: accounts has no pord; the nearest is prod',
      'audit.yaml:11: secrets.0.allow.0.from.1: networks has no vnp; the nearest is vpn',
      'audit.yaml:11: secrets.0.allow.0.hours: calendars has no ku; the nearest is uk',
      'audit.yaml:13: exceptions.0.owner: teams has no nobody; there is messaging',
      'audit.yaml:13: exceptions.0.from.0: networks has no office; there is vpn',
      'audit.yaml:13: exceptions.0.hours: calendars has no us; the nearest is uk',
      'audit.yaml:13: exceptions.0.clause: no entry for x has a clause b; there is a',
      'audit.yaml:15: suppressions.0.match.network: networks has no vpm; the nearest is vpn',
    ]);
  });

  it('what every object has is no name', () => {
    expect(problemsOf(clause('id: a, role: r, actions: any, from: [constructor]'))).toEqual([
      'audit.yaml:5: secrets.0.allow.0.from.0: networks has no constructor; there is none yet',
    ]);
  });

  it('an exception may be for secrets of several entries, of which one has the clause', () => {
    const exception = (secret: string) =>
      `${top}secrets:\n  - {match: {name: "prod/*"}, allow: [{id: a, role: r, actions: any, from: any}]}\n  - {match: {name: other}, allow: []}\nexceptions:\n  - {secret: "${secret}", clause: a, from: any, owner: a@example.com, reason: x, until: 2027-01-01T00:00:00Z}\n`;
    expect(problemsOf(exception('prod/db'))).toEqual([]);
    expect(problemsOf(exception('*/db'))).toEqual([]);
    expect(problemsOf(exception('other'))).toEqual([
      'audit.yaml:6: exceptions.0.clause: no entry for other has a clause a; there is none yet',
    ]);
  });
});

describe('contradictions', () => {
  const suppression = (text: string) => `${top}suppressions:\n  - {${text}}\n`;

  it.each([
    [
      'two clauses with one id',
      clause(
        'id: a, role: r, actions: any, from: any',
        '      - {id: a, role: s, actions: any, from: any}\n',
      ),
      ['audit.yaml:6: secrets.0.allow.1.id: another clause of this entry has the id a already'],
    ],
    [
      'two suppressions with one id',
      `${top}suppressions:\n${'  - {id: s, match: {detector: x}, owner: a@example.com, reason: x, until: 2027-01-01T00:00:00Z}\n'.repeat(2)}`,
      ['audit.yaml:4: suppressions.1.id: another suppression has the id s already'],
    ],
    [
      'a decoy that permits',
      `${top}secrets:\n  - match: {name: x}\n    allow: []\n    decoy: true\n`,
      ['audit.yaml:5: secrets.0.decoy: a decoy permits nobody: leave out allow or decoy'],
    ],
    [
      'an entry for nothing',
      `${top}secrets:\n  - match: {}\n`,
      ['audit.yaml:3: secrets.0.match: names nothing; for all secrets write name: "*"'],
    ],
    [
      'an exception that loosens nothing',
      `${top}exceptions:\n  - {secret: x, clause: a, owner: a@example.com, reason: x, until: 2027-01-01T00:00:00Z}\n`,
      ['audit.yaml:3: exceptions.0: loosens nothing: name from or hours'],
    ],
    [
      'a suppression of everything',
      suppression('id: s, match: {}, owner: a@example.com, reason: x, until: 2027-01-01T00:00:00Z'),
      [
        'audit.yaml:3: suppressions.0.match: would match every finding: name detector, secret, principal or network',
      ],
    ],
    [
      'a suppression without an end',
      suppression('id: s, match: {detector: x}, owner: a@example.com, reason: x'),
      ['audit.yaml:3: suppressions.0.until: missing: a suppression has an end'],
    ],
    [
      'a suppression of nobody, for no reason',
      suppression('id: s, match: {detector: x}, until: 2027-01-01T00:00:00Z, reason: ""'),
      [
        'audit.yaml:3: suppressions.0.owner: missing: a suppression has an owner',
        'audit.yaml:3: suppressions.0.reason: missing: a suppression has a reason',
      ],
    ],
    [
      'an end that is no time',
      suppression('id: s, match: {detector: x}, owner: a@example.com, reason: x, until: 2027-01-01'),
      ['audit.yaml:3: suppressions.0.until: must be a time as RFC 3339 has it, such as 2026-12-09T08:00:00Z'],
    ],
    [
      'a rotation every so often',
      `${top}defaults: {rotation: {every: 3 months}}\n`,
      ['audit.yaml:2: defaults.rotation.every: must be a duration, such as 90d, 8h or 30m'],
    ],
  ])('%s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });
});

it('editors can describe every value of the settings', () => {
  const undescribed: string[] = [];
  const look = (schema: z.core.JSONSchema.BaseSchema, path: string): void => {
    const children = [
      ...Object.entries(schema.properties ?? {}).map(([key, child]) => [`${path}.${key}`, child] as const),
      ...(typeof schema.additionalProperties === 'object'
        ? [[`${path}.NAME`, schema.additionalProperties] as const]
        : []),
      ...(schema.items && !Array.isArray(schema.items) ? [[`${path}[]`, schema.items] as const] : []),
    ];
    for (const [name, child] of children) {
      if (typeof child !== 'object') continue;
      const isItem = name.endsWith('[]') || name.endsWith('.NAME');
      if (!child.description && !child.properties && !isItem) undescribed.push(name);
      look(child, name);
    }
  };
  look(z.toJSONSchema(settingsSchema, { io: 'input' }), '');
  expect(undescribed).toEqual([]);
});
