import {
  ListSecretsCommand,
  type ListSecretsRequest,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { createSecretList } from '../../functions/adapters/secret-list.ts';
import { account, region } from '../support/records.ts';

const place = { account, region };
const arn = (name: string) => `arn:aws:secretsmanager:${region}:${account}:secret:${name}-AbC123`;

let secretsManager: AwsClientStub<SecretsManagerClient>;
beforeEach(() => {
  secretsManager = mockClient(SecretsManagerClient) as unknown as typeof secretsManager;
});
afterEach(() => {
  secretsManager.restore();
});

const collect = async (pages: AsyncIterable<readonly unknown[]>): Promise<unknown[][]> => {
  const all: unknown[][] = [];
  for await (const page of pages) all.push([...page]);
  return all;
};

test('lists names, ARNs and tags page by page, and secrets on their way out too', async () => {
  const first = {
    ARN: arn('app/a'),
    Name: 'app/a',
    Description: 'not kept',
    LastChangedDate: new Date(0),
    Tags: [{ Key: 'owner', Value: 'payments' }, { Key: 'flag' }],
  };
  const second = { ARN: arn('app/b-with-hyphen'), Name: 'app/b-with-hyphen' };
  const requests: ListSecretsRequest[] = [];
  secretsManager.on(ListSecretsCommand).callsFake((request: ListSecretsRequest) => {
    // A copy, because the paginator goes on with the same object.
    requests.push({ ...request });
    return request.NextToken ? { SecretList: [second] } : { SecretList: [first], NextToken: 'next' };
  });
  const asked: string[] = [];
  const list = createSecretList((name) => {
    asked.push(name);
    return new SecretsManagerClient({ region: name });
  });
  expect(await collect(list.pages(place))).toEqual([
    [{ secret: { ...place, name: 'app/a', arn: arn('app/a') }, tags: { owner: 'payments', flag: '' } }],
    [{ secret: { ...place, name: 'app/b-with-hyphen', arn: arn('app/b-with-hyphen') }, tags: {} }],
  ]);
  expect(asked).toEqual([region]);
  const parameters = { IncludePlannedDeletion: true, MaxResults: 100 };
  expect(requests).toEqual([parameters, { ...parameters, NextToken: 'next' }]);
  expect(secretsManager.calls()).toHaveLength(2);
});

test('passes a refusal on, also in the middle of a list', async () => {
  const refusal = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
  secretsManager.on(ListSecretsCommand).resolvesOnce({ SecretList: [], NextToken: 'next' }).rejects(refusal);
  await expect(collect(createSecretList().pages(place))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});
