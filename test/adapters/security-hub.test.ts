import {
  AccessDeniedException,
  BatchImportFindingsCommand,
  InternalException,
  InvalidAccessException,
  InvalidInputException,
  LimitExceededException,
  SecurityHubClient,
  SecurityHubServiceException,
} from '@aws-sdk/client-securityhub';
import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { createSecurityHub } from '../../functions/adapters/security-hub.ts';
import { DeliveryDelayedError, DeliveryRefusedError } from '../../functions/core/errors.ts';
import { formatAsff } from '../../functions/core/format/asff.ts';
import { finding } from '../support/findings.ts';

const place = { partition: 'aws', account: '444455556666', region: 'eu-west-1' };
const now = Date.parse('2026-03-03T12:00:00.000Z');
const hub = () => createSecurityHub({ place, clock: { now: () => now } });
const findings = (count: number) =>
  Array.from({ length: count }, (_, index) => finding({ id: `finding-${index}` }));

let mock: AwsClientStub<SecurityHubClient>;
beforeEach(() => {
  mock = mockClient(SecurityHubClient);
  mock.on(BatchImportFindingsCommand).resolves({ FailedCount: 0, SuccessCount: 1, FailedFindings: [] });
});
afterEach(() => mock.restore());

const batches = () =>
  mock.commandCalls(BatchImportFindingsCommand).map(({ args }) => args[0].input.Findings ?? []);

const fails = (...failed: [id: string, code: string][]) =>
  mock.on(BatchImportFindingsCommand).resolves({
    FailedCount: failed.length,
    SuccessCount: 0,
    FailedFindings: failed.map(([Id, ErrorCode]) => ({
      Id,
      ErrorCode,
      ErrorMessage: 'quotes the finding: hunter2',
    })),
  });

test('findings are imported in ASFF', async () => {
  await hub().import([finding()]);
  expect(batches()).toEqual([[formatAsff(finding(), place, now)]]);
});

test('no call without findings; no more than 100 in one', async () => {
  await hub().import([]);
  expect(batches()).toEqual([]);
  await hub().import(findings(201));
  expect(batches().map(({ length }) => length)).toEqual([100, 100, 1]);
  expect(new Set(batches().flatMap((batch) => batch.map(({ Id }) => Id))).size).toBe(201);
});

test('an older revision sent again is one that Security Hub ignores', async () => {
  const newer = finding({ revision: 2, lastSeen: '2026-03-02T08:00:00.000Z' });
  await hub().import([newer]);
  await hub().import([finding({ revision: 1, lastSeen: '2026-03-02T23:00:00.000Z' })]);
  const [later = Number.NaN, earlier] = batches().map(([each]) => Date.parse(each?.UpdatedAt ?? ''));
  expect(earlier).toBeLessThan(later);
});

describe('findings that fail', () => {
  it('are named with their codes, without the text that may quote them', async () => {
    fails(['secrets-audit/a', 'InvalidInput'], ['secrets-audit/b', 'hunter2 is no code']);
    const error = await hub()
      .import(findings(2))
      .catch((reason) => reason);
    expect(error).toBeInstanceOf(DeliveryRefusedError);
    expect(error.message).toBe(
      'Security Hub refuses 2 of the findings (secrets-audit/a: InvalidInput, secrets-audit/b: unknown)',
    );
  });

  it('do not keep the others back', async () => {
    fails(['secrets-audit/finding-0', 'InvalidInput']);
    await expect(hub().import(findings(150))).rejects.toThrow(DeliveryRefusedError);
    expect(batches().map(({ length }) => length)).toEqual([100, 50]);
  });

  it('are tried again where one of them may be taken later', async () => {
    fails(['secrets-audit/a', 'InvalidInput'], ['secrets-audit/b', 'InternalFailure']);
    await expect(hub().import(findings(2))).rejects.toThrow(DeliveryDelayedError);
  });

  it('because Security Hub is not enabled say how to enable it', async () => {
    fails(['secrets-audit/a', 'InvalidAccess']);
    await expect(hub().import(findings(1))).rejects.toThrow(
      /not enabled in account 444455556666, Region eu-west-1\..*aws securityhub enable-security-hub/,
    );
  });
});

const answer = { message: 'quotes hunter2', $metadata: {} };

test.each([
  ['not enabled', new InvalidAccessException(answer), DeliveryRefusedError, /enable-security-hub/],
  ['not allowed', new AccessDeniedException(answer), DeliveryRefusedError, /securityhub:BatchImportFindings/],
  ['not understood', new InvalidInputException(answer), DeliveryRefusedError, /InvalidInputException/],
  ['too many', new LimitExceededException(answer), DeliveryDelayedError, /LimitExceededException/],
  ['its own fault', new InternalException(answer), DeliveryDelayedError, /InternalException/],
  [
    'throttled',
    new SecurityHubServiceException({ ...answer, name: 'ThrottlingException', $fault: 'client' }),
    DeliveryDelayedError,
    /ThrottlingException/,
  ],
  [
    'unknown, but its own fault',
    new SecurityHubServiceException({ ...answer, name: 'ServiceUnavailable', $fault: 'server' }),
    DeliveryDelayedError,
    /ServiceUnavailable/,
  ],
])('%s', async (_, error, expected, text) => {
  mock.on(BatchImportFindingsCommand).rejects(error);
  const reason = await hub()
    .import([finding()])
    .catch((caught) => caught);
  expect(reason).toBeInstanceOf(expected);
  expect(reason.message).toMatch(text);
  expect(reason.message).not.toContain('hunter2');
});

test('what is no answer of Security Hub is passed on', async () => {
  mock.on(BatchImportFindingsCommand).rejects(new TypeError('socket hang up'));
  await expect(hub().import([finding()])).rejects.toThrow(TypeError);
});
