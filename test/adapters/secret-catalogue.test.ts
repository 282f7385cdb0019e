import {
  GetResourcePolicyCommand,
  ListSecretsCommand,
  type ListSecretsRequest,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { createSecretCatalogue } from '../../functions/adapters/secret-catalogue.ts';
import { describedSecret } from '../../functions/adapters/secret-description.ts';
import { account, region, secretArn, start } from '../support/records.ts';

const place = { account, region };
const entry = (name: string) => ({ ARN: secretArn(name), Name: name, CreatedDate: new Date(start) });

let secretsManager: AwsClientStub<SecretsManagerClient>;
beforeEach(() => {
  secretsManager = mockClient(SecretsManagerClient) as unknown as typeof secretsManager;
});
afterEach(() => {
  secretsManager.restore();
});

const refusal = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });

test('describes all secrets, page by page, and those that wait for their deletion too', async () => {
  const deleted = { ...entry('app/b'), DeletedDate: new Date(start + 1) };
  const requests: ListSecretsRequest[] = [];
  secretsManager.on(ListSecretsCommand).callsFake((request: ListSecretsRequest) => {
    // A copy, because the paginator goes on with the same object.
    requests.push({ ...request });
    return request.NextToken
      ? { SecretList: [deleted] }
      : { SecretList: [entry('app/a')], NextToken: 'next' };
  });
  const pages = [];
  for await (const page of createSecretCatalogue().pages(place)) pages.push(page);
  expect(pages).toEqual([[describedSecret(entry('app/a'))], [describedSecret(deleted)]]);
  expect(pages[1]?.[0]?.deleted).toBe(start + 1);
  const parameters = { IncludePlannedDeletion: true, MaxResults: 100 };
  expect(requests).toEqual([parameters, { ...parameters, NextToken: 'next' }]);
});

test('answers the text of a policy, or that there is none', async () => {
  const catalogue = createSecretCatalogue();
  const policyOf = (name: string) => catalogue.policy(describedSecret(entry(name)));
  secretsManager.on(GetResourcePolicyCommand).resolves({});
  secretsManager
    .on(GetResourcePolicyCommand, { SecretId: secretArn('app/a') })
    .resolves({ ResourcePolicy: '{"Statement": []}' });
  expect(await policyOf('app/a')).toBe('{"Statement": []}');
  expect(await policyOf('app/b')).toBeNull();
});

test('keeps one client a Region, for its secrets and their policies', async () => {
  const asked: string[] = [];
  const catalogue = createSecretCatalogue((name) => {
    asked.push(name);
    return new SecretsManagerClient({ region: name });
  });
  secretsManager.on(ListSecretsCommand).resolves({ SecretList: [entry('app/a')] });
  secretsManager.on(GetResourcePolicyCommand).resolves({});
  for (const each of [region, 'eu-west-2']) {
    for await (const page of catalogue.pages({ account, region: each })) {
      for (const secret of page) await catalogue.policy({ ...secret, region: each });
    }
  }
  expect(asked).toEqual([region, 'eu-west-2']);
});

test('passes refusals on', async () => {
  secretsManager.on(ListSecretsCommand).rejects(refusal);
  secretsManager.on(GetResourcePolicyCommand).rejects(refusal);
  const catalogue = createSecretCatalogue();
  const denied = { name: 'AccessDeniedException' };
  await expect(catalogue.policy(describedSecret(entry('app/a')))).rejects.toMatchObject(denied);
  await expect(catalogue.pages(place)[Symbol.asyncIterator]().next()).rejects.toMatchObject(denied);
});
