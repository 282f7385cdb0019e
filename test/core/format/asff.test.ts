import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { formatAsff } from '../../../functions/core/format/asff.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import { arbitraryFinding } from '../../support/arbitrary-findings.ts';
import { finding } from '../../support/findings.ts';
import { account, region, secretArn } from '../../support/records.ts';
import { publishedSchema } from '../../support/schemas/published.ts';

const asffErrors = publishedSchema('asff.json');

const place = { partition: 'aws', account: '444455556666', region: 'eu-west-1' };
const now = Date.parse('2026-03-03T12:00:00.000Z');
const asff = (overrides: Partial<Finding> = {}) => formatAsff(finding(overrides), place, now);

describe('the schema', () => {
  const valid = JSON.parse(JSON.stringify(asff()));

  it.each([
    ['a title of 257', { Title: 'x'.repeat(257) }],
    ['nothing but space', { Description: ' ' }],
    ['a description of 1,025', { Description: 'x'.repeat(1_025) }],
    ['another severity', { FindingProviderFields: { Severity: { Label: 'INFO' } } }],
    ['no resource id', { Resources: [{ Type: 'Other' }] }],
    ['33 resources', { Resources: Array.from({ length: 33 }, () => ({ Type: 'Other', Id: 'x' })) }],
    ['an account of 11 digits', { AwsAccountId: '44445555666' }],
    ['an advice of 513', { Remediation: { Recommendation: { Text: 'x'.repeat(513) } } }],
    ['a field of 2,049', { ProductFields: { a: 'x'.repeat(2_049) } }],
    ['an unknown member', { Owner: 'messaging' }],
  ])('refuses %s', (_, wrong) => {
    expect(asffErrors([{ ...valid, ...wrong }])).not.toEqual([]);
  });

  it('refuses 101 findings, and none', () => {
    expect(asffErrors(Array.from({ length: 101 }, () => valid))).not.toEqual([]);
    expect(asffErrors([])).not.toEqual([]);
  });
});

test('a finding as Security Hub gets it', () => {
  expect(asff({ owner: 'messaging', impact: 'sends SMS' })).toMatchSnapshot();
  expect(asffErrors([asff()])).toEqual([]);
});

test('any finding is valid, and 100 of them fit a call', () => {
  fc.assert(
    fc.property(arbitraryFinding, (any) => {
      const document = formatAsff(any, place, now);
      expect(asffErrors([document])).toEqual([]);
      expect(Buffer.byteLength(JSON.stringify(document))).toBeLessThan(60_000);
      expect(document.AwsAccountId).toBe(place.account);
    }),
    { numRuns: 100 },
  );
});

describe('UpdatedAt', () => {
  it('is later with each revision, also where a correction took the last events away', () => {
    const states: Partial<Finding>[] = [
      { lastSeen: '2026-03-02T09:00:04.000Z' },
      { lastSeen: '2026-03-02T23:59:59.999Z' },
      { lastSeen: '2026-03-02T00:00:00.000Z' },
      { lastSeen: '2026-03-02T00:00:00.000Z', status: 'withdrawn' },
    ];
    const times = states.map((state, index) => asff({ ...state, revision: index + 1 }).UpdatedAt);
    expect(times).toEqual([1, 2, 3, 4].map((second) => `2026-03-02T00:00:0${second}.000Z`));
  });

  it('is the same however often a revision is sent', () => {
    expect(formatAsff(finding(), place, now + 5_000)).toEqual(asff());
  });

  it('is today where the evidence carries no time', () => {
    const { CreatedAt, UpdatedAt, FirstObservedAt } = asff({ firstSeen: null, lastSeen: null });
    expect({ CreatedAt, UpdatedAt, FirstObservedAt }).toEqual({
      CreatedAt: '2026-03-03T00:00:00.000Z',
      UpdatedAt: '2026-03-03T00:00:01.000Z',
      FirstObservedAt: undefined,
    });
  });
});

describe('what it is about', () => {
  it('stays in the resource, in whatever account it is imported', () => {
    const { AwsAccountId, Resources, ProductFields } = asff();
    expect(AwsAccountId).toBe('444455556666');
    expect(Resources).toEqual([
      {
        Type: 'AwsSecretsManagerSecret',
        Id: secretArn('sms/clockwork'),
        Region: region,
        Details: { AwsSecretsManagerSecret: { Name: 'sms/clockwork' } },
      },
    ]);
    expect(ProductFields['secrets-audit/SecretAccount']).toBe(account);
  });

  it('without its ARN it is of another type', () => {
    expect(asff({ secret: { arn: null, name: 'a', account, region } }).Resources).toEqual([
      { Type: 'Other', Id: `${account}:${region}:a`, Region: region, Details: { Other: { Name: 'a' } } },
    ]);
  });

  it('is the account where it is no one secret', () => {
    expect(asff({ secret: null }).Resources).toEqual([
      { Type: 'AwsAccount', Id: `AWS::::Account:${account}` },
    ]);
    expect(asff({ secret: null, actor: null }).Resources).toEqual([
      { Type: 'AwsAccount', Id: 'AWS::::Account:444455556666' },
    ]);
  });
});

it.each(['resolved', 'withdrawn'] as const)('%s: it is archived, and there is nothing to do', (status) => {
  const { RecordState, Remediation } = asff({ status, revision: 2 });
  expect(RecordState).toBe('ARCHIVED');
  expect(Remediation.Recommendation.Text).toMatch(/^1\. Nothing\./);
});

it('what is suppressed begins as suppressed; else the workflow is left to people', () => {
  const suppressed = { id: 'known', owner: 'messaging', until: '2026-12-31T00:00:00Z' };
  expect(asff({ suppressed }).Workflow).toEqual({ Status: 'SUPPRESSED' });
  expect(asff()).not.toHaveProperty('Workflow');
});

it('what is so is a matter of configuration', () => {
  const { FindingProviderFields } = asff({ detector: 'rotation-due', actor: null, origins: [], agents: [] });
  expect(FindingProviderFields.Types).toEqual([
    'Software and Configuration Checks/AWS Security Best Practices/rotation-due',
  ]);
});
