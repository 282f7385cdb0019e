import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { formatOcsf } from '../../../functions/core/format/ocsf.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import { arbitraryFinding } from '../../support/arbitrary-findings.ts';
import { finding } from '../../support/findings.ts';
import { publishedSchema } from '../../support/schemas/published.ts';

const ocsfErrors = publishedSchema('ocsf-detection-finding.json');

const context = { version: '0.1.0', now: Date.parse('2026-03-03T12:00:00.000Z') };
const ocsf = (overrides: Partial<Finding> = {}) => formatOcsf(finding(overrides), context);

describe('the schema', () => {
  it.each([
    ['another class', { class_uid: 2002 }],
    ['a time as text', { time: '2026-03-02T09:00:00Z' }],
    ['no product', { metadata: { version: '1.6.0' } }],
    ['an address that is none', { evidences: [{ src_endpoint: { ip: 'example.com' } }] }],
    ['an evidence of nothing', { evidences: [{ name: 'x' }] }],
    ['an unknown attribute', { owner: 'messaging' }],
  ])('refuses %s', (_, wrong) => {
    expect(ocsfErrors({ ...ocsf(), ...wrong })).not.toEqual([]);
  });
});

test('a finding as OCSF', () => {
  const document = ocsf({ owner: 'messaging', incident: 'inc-1', evidence: ['e1', 'e2'] });
  expect(document).toMatchSnapshot();
  expect(ocsfErrors(document)).toEqual([]);
});

test('any finding is valid', () => {
  fc.assert(
    fc.property(arbitraryFinding, (any) => {
      expect(ocsfErrors(formatOcsf(any, context))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

it.each([
  ['new', {}, 200401, 1],
  ['more evidence', { revision: 2 }, 200402, 1],
  ['resolved', { revision: 3, status: 'resolved' }, 200403, 4],
  ['withdrawn', { revision: 3, status: 'withdrawn' }, 200403, 5],
  ['suppressed', { suppressed: { id: 'a', owner: 'b', until: 'c' } }, 200401, 3],
] as const)('%s', (_, overrides, type, status) => {
  expect(ocsf(overrides)).toMatchObject({
    type_uid: type,
    status_id: status,
    is_alert: status === 1,
  });
});

it.each([
  ['info', 1],
  ['low', 2],
  ['medium', 3],
  ['high', 4],
  ['critical', 5],
] as const)('%s is severity %i', (severity, severity_id) => {
  expect(ocsf({ severity })).toMatchObject({ severity_id });
});

it('an address is one only where it is', () => {
  const places = ocsf({
    origins: [
      { ip: '198.51.100.7', count: 1 },
      { ip: '2001:db8::7', count: 1 },
      { ip: 'AWS Internal', count: 1 },
      { ip: '0000:0000:0000:0000:0000:0000:198.51.100.100', count: 1 },
      { ip: 'fe80::1%eth0', count: 1 },
      { service: 'rds.amazonaws.com', count: 1 },
      { vpcEndpoint: 'vpce-0a1b', count: 1 },
    ],
  }).evidences?.map((evidence) => ('src_endpoint' in evidence ? evidence.src_endpoint : undefined));
  expect(places).toEqual([
    { ip: '198.51.100.7' },
    { ip: '2001:db8::7' },
    { name: 'AWS Internal' },
    { name: '0000:0000:0000:0000:0000:0000:198.51.100.100' },
    { name: 'fe80::1%eth0' },
    { svc_name: 'rds.amazonaws.com' },
    { uid: 'vpce-0a1b', name: 'vpce-0a1b' },
  ]);
});

it('time is that of the evidence, and now where it carries none', () => {
  expect(ocsf().time).toBe(Date.parse('2026-03-02T09:00:04.000Z'));
  expect(ocsf({ firstSeen: null, lastSeen: null }).time).toBe(context.now);
});

it('a technique without parts is no sub-technique', () => {
  expect(ocsf({ attack: [{ id: 'T1485', name: 'Data Destruction' }] }).finding_info.attacks).toEqual([
    { technique: { uid: 'T1485', name: 'Data Destruction' } },
  ]);
});
