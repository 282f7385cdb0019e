import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createUser } from '../../support/local-cloud/identities.ts';
import { type LocalCloud, startLocalCloud } from '../../support/local-cloud/local-cloud.ts';

let cloud: LocalCloud;
let ecs: ECSClient;

beforeAll(async () => {
  cloud = await startLocalCloud();
  ecs = new ECSClient(cloud.sdkConfig());
}, 60_000);

afterAll(() => cloud?.stop());

describe('the tasks of a service', () => {
  const prod = { cluster: 'prod', serviceName: 'sms-sender' };

  it('are those that the test states', async () => {
    const startedAt = 1_790_000_000;
    const arns = await cloud.setEcsTasks('prod', 'sms-sender', [
      { startedAt, createdAt: startedAt - 20 },
      {},
    ]);
    expect((await ecs.send(new ListTasksCommand(prod))).taskArns).toEqual(arns);
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'prod', tasks: arns }));
    expect(tasks).toMatchObject([
      {
        taskArn: arns[0],
        group: 'service:sms-sender',
        lastStatus: 'RUNNING',
        createdAt: new Date((startedAt - 20) * 1000),
        startedAt: new Date(startedAt * 1000),
      },
      { taskArn: arns[1], lastStatus: 'PENDING' },
    ]);
    expect(tasks?.[1]?.startedAt).toBeUndefined();
    const { services } = await ecs.send(
      new DescribeServicesCommand({ cluster: 'prod', services: ['sms-sender'] }),
    );
    expect(services).toMatchObject([
      { serviceName: 'sms-sender', desiredCount: 2, runningCount: 1, pendingCount: 1 },
    ]);

    const [replacement] = await cloud.setEcsTasks('prod', 'sms-sender', [{ startedAt }]);
    expect((await ecs.send(new ListTasksCommand(prod))).taskArns).toEqual([replacement]);
    const stopped = new ListTasksCommand({ ...prod, desiredStatus: 'STOPPED' });
    expect((await ecs.send(stopped)).taskArns).toEqual([]);
  });

  it('are unknown where cluster or service are', async () => {
    await cloud.setEcsTasks('prod', 'sms-sender', []);
    const list = (cluster: string, serviceName: string) =>
      ecs.send(new ListTasksCommand({ cluster, serviceName }));
    expect((await list('prod', 'sms-sender')).taskArns).toEqual([]);
    await expect(list('test', 'sms-sender')).rejects.toThrow(
      expect.objectContaining({ name: 'ClusterNotFoundException' }),
    );
    await expect(list('prod', 'other')).rejects.toThrow(
      expect.objectContaining({ name: 'ServiceNotFoundException' }),
    );
  });

  it('are told to whom IAM allows it, in the cluster that it allows', async () => {
    const tasks = await cloud.setEcsTasks('prod', 'sms-sender', [{ startedAt: 1_790_000_000 }]);
    await cloud.setEcsTasks('test', 'sms-sender', []);
    const prefix = `arn:aws:ecs:${cloud.region}:${cloud.accountId}`;
    const credentials = await createUser(cloud, 'deployer', [
      {
        Effect: 'Allow',
        Action: 'ecs:ListTasks',
        Resource: '*',
        Condition: { ArnEquals: { 'ecs:cluster': `${prefix}:cluster/prod` } },
      },
      { Effect: 'Allow', Action: 'ecs:DescribeTasks', Resource: `${prefix}:task/prod/*` },
    ]);
    const user = new ECSClient(cloud.sdkConfig({ credentials }));
    await cloud.enforceIam();
    expect((await user.send(new ListTasksCommand(prod))).taskArns).toEqual(tasks);
    expect((await user.send(new DescribeTasksCommand({ cluster: 'prod', tasks }))).tasks).toHaveLength(1);
    const denied = expect.objectContaining({ name: 'AccessDeniedException' });
    await expect(user.send(new ListTasksCommand({ ...prod, cluster: 'test' }))).rejects.toThrow(denied);
    await expect(user.send(new DescribeTasksCommand({ cluster: 'test', tasks: ['0a1b'] }))).rejects.toThrow(
      denied,
    );
    await expect(
      user.send(new DescribeServicesCommand({ cluster: 'prod', services: ['sms-sender'] })),
    ).rejects.toThrow(denied);
  });
});
