import {
  DescribeTasksCommand,
  type DescribeTasksRequest,
  ECSClient,
  ListTasksCommand,
  type ListTasksRequest,
} from '@aws-sdk/client-ecs';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { createRunningConsumers } from '../../functions/adapters/running-consumers.ts';
import { region, start } from '../support/records.ts';

let ecs: AwsClientStub<ECSClient>;
let lambda: AwsClientStub<LambdaClient>;
beforeEach(() => {
  ecs = mockClient(ECSClient) as unknown as typeof ecs;
  lambda = mockClient(LambdaClient) as unknown as typeof lambda;
});
afterEach(() => {
  ecs.restore();
  lambda.restore();
});

const startsOf = (kind: string, name: string) => createRunningConsumers({ region }).startsOf({ kind, name });
const refusal = (name: string) => Object.assign(new Error('their words'), { name });
const moment = (seconds: number) => new Date(start + seconds * 1000);

describe('an ECS service', () => {
  test('is all of its tasks, each since it was created', async () => {
    const all = Array.from({ length: 150 }, (_, index) => `task/${index}`);
    const asked: number[] = [];
    ecs
      .on(ListTasksCommand)
      .callsFake(({ nextToken }: ListTasksRequest) =>
        nextToken ? { taskArns: all.slice(100) } : { taskArns: all.slice(0, 100), nextToken: 'next' },
      );
    ecs.on(DescribeTasksCommand).callsFake(({ tasks = [] }: DescribeTasksRequest) => {
      asked.push(tasks.length);
      return {
        tasks: tasks.map((arn) => ({
          createdAt: moment(Number(arn.slice(5))),
          startedAt: moment(Number(arn.slice(5)) + 30),
        })),
      };
    });
    expect(await startsOf('ecs', 'prod/sms-sender')).toEqual({
      starts: all.map((_, index) => start + index * 1000),
    });
    expect(asked).toEqual([100, 50]);
    expect(ecs.commandCalls(ListTasksCommand)[0]?.args[0].input).toMatchObject({
      cluster: 'prod',
      serviceName: 'sms-sender',
      desiredStatus: 'RUNNING',
    });
  });

  test('of which nothing runs has no starts', async () => {
    ecs.on(ListTasksCommand).resolves({ taskArns: [] });
    expect(await startsOf('ecs', 'prod/sms-sender')).toEqual({ starts: [] });
    expect(ecs.calls()).toHaveLength(1);
  });

  test('has tasks that are not started yet, and some that ended between the two questions', async () => {
    ecs.on(ListTasksCommand).resolves({ taskArns: ['a', 'b'] });
    ecs.on(DescribeTasksCommand).resolves({
      tasks: [{ createdAt: moment(1) }],
      failures: [{ arn: 'b', reason: 'MISSING' }],
    });
    expect(await startsOf('ecs', 'prod/sms-sender')).toEqual({ starts: [start + 1000] });
  });

  test.each([
    ['of unknown age', { tasks: [{ createdAt: moment(1) }, {}] }],
    [
      'that is not described',
      { tasks: [{ createdAt: moment(1) }], failures: [{ arn: 'b', reason: 'OTHER' }] },
    ],
  ])('with a task %s is not known', async (_, answer) => {
    ecs.on(ListTasksCommand).resolves({ taskArns: ['a', 'b'] });
    ecs.on(DescribeTasksCommand).resolves(answer);
    expect(await startsOf('ecs', 'prod/sms-sender')).toEqual({
      unknown: 'ECS does not say since when its tasks run',
    });
  });

  test.each([
    ['AccessDeniedException', 'what runs of it may not be asked: this needs ecs:ListTasks'],
    ['ClusterNotFoundException', 'there is no ECS service prod/x here (ClusterNotFoundException)'],
    ['ServiceNotFoundException', 'there is no ECS service prod/x here (ServiceNotFoundException)'],
    ['ThrottlingException', 'what runs of it could not be asked (ThrottlingException)'],
  ])('is not known by %s', async (name, unknown) => {
    ecs.on(ListTasksCommand).rejects(refusal(name));
    expect(await startsOf('ecs', 'prod/x')).toEqual({ unknown });
  });

  test('names the permission that is missing', async () => {
    ecs.on(ListTasksCommand).resolves({ taskArns: ['a'] });
    ecs.on(DescribeTasksCommand).rejects(refusal('AccessDeniedException'));
    expect(await startsOf('ecs', 'prod/x')).toEqual({
      unknown: 'what runs of it may not be asked: this needs ecs:DescribeTasks',
    });
  });

  test.each([
    'sms-sender',
    'prod/sms/sender',
    '/',
    'prod/*',
    'arn:aws:ecs:eu-west-1:111122223333:service/a/b',
  ])('is not called %s', async (name) => {
    expect(await startsOf('ecs', name)).toEqual({
      unknown: `${name} is not the name of an ECS service, which is CLUSTER/SERVICE`,
    });
    expect(ecs.calls()).toEqual([]);
  });
});

describe('a Lambda function', () => {
  test('has what it was deployed with', async () => {
    lambda
      .on(GetFunctionConfigurationCommand, { FunctionName: 'sender' })
      .resolves({ LastModified: '2026-03-02T09:00:01.000+0000' });
    expect(await startsOf('lambda', 'sender')).toEqual({ starts: [start + 1000] });
  });

  test.each([
    ['AccessDeniedException', 'what runs of it may not be asked: this needs lambda:GetFunctionConfiguration'],
    ['ResourceNotFoundException', 'there is no Lambda function sender here'],
    ['ServiceException', 'what runs of it could not be asked (ServiceException)'],
  ])('is not known by %s', async (name, unknown) => {
    lambda.on(GetFunctionConfigurationCommand).rejects(refusal(name));
    expect(await startsOf('lambda', 'sender')).toEqual({ unknown });
  });

  test('of unknown age is not known', async () => {
    lambda.on(GetFunctionConfigurationCommand).resolves({});
    expect(await startsOf('lambda', 'sender')).toEqual({
      unknown: 'Lambda does not say when it was last deployed',
    });
  });
});

test.each(['batch', 'ec2', 'eks', 'other'])('of %s a person must say that it has moved', async (kind) => {
  expect(await startsOf(kind, 'nightly')).toEqual({
    unknown: `AWS cannot be asked what runs of it; once it uses the new key: secrets-audit rotation prove SECRET --attest "${kind} nightly" --reason …`,
  });
  expect([...ecs.calls(), ...lambda.calls()]).toEqual([]);
});
