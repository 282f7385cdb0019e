import { createHash } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  type ListSecretVersionIdsRequest,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { createSecretStore } from '../../functions/adapters/secrets-manager-secret-store.ts';
import { SecretConflictError, SecretNotFoundError } from '../../functions/core/errors.ts';
import { account, region, secretArn, start } from '../support/records.ts';

const secretId = 'app/sms';
const key = createHash('sha1').update('a key of the tests').digest('hex');
const described = {
  ARN: secretArn(secretId),
  Name: secretId,
  VersionIdsToStages: { v1: ['AWSCURRENT'], v2: ['AWSPENDING'] },
};

let aws: AwsClientStub<SecretsManagerClient>;
beforeEach(() => {
  aws = mockClient(SecretsManagerClient) as unknown as typeof aws;
});
afterEach(() => {
  aws.restore();
});

const store = () => createSecretStore({ client: new SecretsManagerClient({ region }) });
const refusal = (name: string, message = 'their words') => Object.assign(new Error(message), { name });
const missing = refusal('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
const inputs = () => aws.calls().map(({ args }) => args[0].input);

test('describes a secret', async () => {
  aws.on(DescribeSecretCommand, { SecretId: secretId }).resolves(described);
  expect(await store().describe(secretId)).toMatchObject({
    name: secretId,
    account,
    region,
    versions: { v1: ['AWSCURRENT'], v2: ['AWSPENDING'] },
  });
});

test('lists all versions, those without a label too, page by page', async () => {
  const requests: ListSecretVersionIdsRequest[] = [];
  aws.on(ListSecretVersionIdsCommand).callsFake((request: ListSecretVersionIdsRequest) => {
    // A copy, because the paginator goes on with the same object.
    requests.push({ ...request });
    return request.NextToken
      ? { Versions: [{ VersionId: 'v2', CreatedDate: new Date(start + 1) }, {}] }
      : {
          Versions: [{ VersionId: 'v1', VersionStages: ['AWSCURRENT'], CreatedDate: new Date(start) }],
          NextToken: 'next',
        };
  });
  expect(await store().versions(secretId)).toEqual([
    { id: 'v1', stages: ['AWSCURRENT'], created: start },
    { id: 'v2', stages: [], created: start + 1 },
  ]);
  expect(requests).toMatchObject([
    { SecretId: secretId, IncludeDeprecated: true, MaxResults: 100 },
    { NextToken: 'next' },
  ]);
});

describe('a value', () => {
  test.each([
    [{ versionId: 'v1' }, { VersionId: 'v1' }],
    [{ stage: 'AWSPENDING' }, { VersionStage: 'AWSPENDING' }],
  ])('is asked for by %j', async (of, asked) => {
    aws.on(GetSecretValueCommand).resolves({ VersionId: 'v1', SecretString: key });
    expect(await store().value(secretId, of)).toEqual({ kind: 'text', text: key, versionId: 'v1' });
    expect(inputs()).toEqual([{ SecretId: secretId, ...asked }]);
  });

  test('that is binary is told without it', async () => {
    aws.on(GetSecretValueCommand).resolves({ VersionId: 'v1', SecretBinary: new Uint8Array([1]) });
    expect(await store().value(secretId, { stage: 'AWSCURRENT' })).toEqual({
      kind: 'binary',
      versionId: 'v1',
    });
  });

  test('that is not there is none, where the secret is', async () => {
    aws.on(GetSecretValueCommand).rejects(missing).on(DescribeSecretCommand).resolves(described);
    expect(await store().value(secretId, { stage: 'CLOCKWORK_NEXT' })).toBeUndefined();
  });
});

test('puts a value with its token and its labels', async () => {
  aws.on(PutSecretValueCommand).resolves({});
  await store().put(secretId, { token: 'v2', text: key, stages: ['AWSPENDING'] });
  expect(inputs()).toEqual([
    { SecretId: secretId, ClientRequestToken: 'v2', SecretString: key, VersionStages: ['AWSPENDING'] },
  ]);
});

test('another value under the same token is a conflict, told without either', async () => {
  aws.on(PutSecretValueCommand).rejects(refusal('ResourceExistsException', key));
  const error = await store()
    .put(secretId, { token: 'v2', text: key, stages: ['AWSPENDING'] })
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(SecretConflictError);
  expect(String(error)).not.toContain(key);
});

test.each([
  ['PutSecretValue', () => store().put(secretId, { token: 'v2', text: key, stages: ['AWSPENDING'] })],
  ['GetSecretValue', () => store().value(secretId, { stage: 'AWSCURRENT' })],
])('an error of %s keeps its name alone, because the rest may hold a value', async (operation, call) => {
  aws
    .onAnyCommand()
    .rejects(Object.assign(refusal('ValidationException', key), { cause: key, $response: key }));
  const error = await call().catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    name: 'ValidationException',
    message: `${operation} of ${secretId} failed (ValidationException)`,
  });
  const whole = Object.getOwnPropertyNames(error).map((name) => (error as Record<string, unknown>)[name]);
  expect(JSON.stringify(whole)).not.toContain(key);
});

describe('a label', () => {
  test.each([
    [
      { to: 'v2', from: 'v1' },
      { MoveToVersionId: 'v2', RemoveFromVersionId: 'v1' },
    ],
    [{ to: 'v2' }, { MoveToVersionId: 'v2' }],
    [{ from: 'v1' }, { RemoveFromVersionId: 'v1' }],
  ])('moves: %j', async (move, asked) => {
    aws.on(UpdateSecretVersionStageCommand).resolves({});
    await store().moveStage(secretId, 'AWSCURRENT', move);
    expect(inputs()).toEqual([{ SecretId: secretId, VersionStage: 'AWSCURRENT', ...asked }]);
  });

  const afterRefusal = (
    name: string,
    versions: Record<string, string[]>,
    move: { to?: string; from?: string },
  ) => {
    aws
      .on(UpdateSecretVersionStageCommand)
      .rejects(refusal(name))
      .on(DescribeSecretCommand)
      .resolves({ ...described, VersionIdsToStages: versions });
    return store().moveStage(secretId, 'AWSCURRENT', move);
  };
  const elsewhere = 'InvalidParameterException';

  test.each([
    ['another version has it', elsewhere, { v3: ['AWSCURRENT'] }, { to: 'v2', from: 'v1' }],
    ['no version has it', elsewhere, { v1: ['AWSPREVIOUS'] }, { to: 'v2', from: 'v1' }],
    ['a version has it, and none was thought to', elsewhere, { v1: ['AWSCURRENT'] }, { to: 'v2' }],
    ['another version has it that loses none', elsewhere, { v3: ['AWSCURRENT'] }, { from: 'v1' }],
    ['the version is gone', missing.name, { v1: ['AWSCURRENT'] }, { to: 'v2', from: 'v1' }],
  ])('that cannot move because %s is a conflict', async (_, name, versions, move) => {
    await expect(afterRefusal(name, versions, move)).rejects.toThrow(SecretConflictError);
  });

  test.each([
    [{ v2: ['AWSCURRENT'] }, { to: 'v2', from: 'v1' }],
    [{ v1: ['AWSPREVIOUS'] }, { from: 'v1' }],
  ])('that is already where it should be has moved: %j', async (versions, move) => {
    await expect(afterRefusal(elsewhere, versions, move)).resolves.toBeUndefined();
  });

  test('another refusal is passed on', async () => {
    const move = { to: 'v2', from: 'v1' };
    await expect(afterRefusal(elsewhere, { v1: ['AWSCURRENT'] }, move)).rejects.toThrow('their words');
    await expect(afterRefusal('AccessDeniedException', {}, move)).rejects.toThrow('their words');
  });
});

test('rotates now', async () => {
  aws.on(RotateSecretCommand).resolves({ VersionId: 'v3' });
  expect(await store().rotate(secretId)).toBe('v3');
  expect(inputs()).toEqual([{ SecretId: secretId, RotateImmediately: true }]);
});

const calls: [string, (store: ReturnType<typeof createSecretStore>) => Promise<unknown>][] = [
  ['describe', (one) => one.describe(secretId)],
  ['versions', (one) => one.versions(secretId)],
  ['value', (one) => one.value(secretId, { stage: 'AWSCURRENT' })],
  ['put', (one) => one.put(secretId, { token: 'v2', text: key, stages: ['AWSPENDING'] })],
  ['moveStage', (one) => one.moveStage(secretId, 'AWSCURRENT', { to: 'v2' })],
  ['rotate', (one) => one.rotate(secretId)],
];

test.each(calls)('%s says that there is no such secret', async (_, call) => {
  aws.onAnyCommand().rejects(missing);
  await expect(call(store())).rejects.toThrow(SecretNotFoundError);
});

test.each(calls)('%s passes a refusal on by its name', async (_, call) => {
  aws.onAnyCommand().rejects(refusal('AccessDeniedException'));
  await expect(call(store())).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
