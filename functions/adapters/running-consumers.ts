import { DescribeTasksCommand, ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { NamedConsumer, RunningConsumers } from '../core/ports.ts';
import { consumerName, type Starts } from '../core/rotation/proof.ts';

export interface RunningConsumersOptions {
  /** Of the consumers; default: where this runs. */
  readonly region?: string;
  readonly ecs?: ECSClient;
  readonly lambda?: LambdaClient;
}

/** DescribeTasks' largest, and ListTasks' largest. */
const tasksPerCall = 100;

/**
 * What runs of ECS services and Lambda functions. Needs `ecs:ListTasks`, `ecs:DescribeTasks` and
 * `lambda:GetFunctionConfiguration`, and says so where one is missing; of other kinds it says what a person can do. Never
 * throws.
 */
export function createRunningConsumers(options: RunningConsumersOptions = {}): RunningConsumers {
  const client = {
    ...(options.region !== undefined && { region: options.region }),
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
  };
  const { ecs = new ECSClient(client), lambda = new LambdaClient(client) } = options;
  return {
    async startsOf(consumer) {
      switch (consumer.kind) {
        case 'ecs':
          return tasksOf(consumer.name, ecs);
        case 'lambda':
          return configurationOf(consumer.name, lambda);
        default:
          return { unknown: `AWS cannot be asked what runs of it; ${attestation(consumer)}` };
      }
    },
  };
}

const attestation = (consumer: NamedConsumer): string =>
  `once it uses the new key: secrets-audit rotation prove SECRET --attest "${consumerName(consumer)}" --reason …`;

async function tasksOf(name: string, ecs: ECSClient): Promise<Starts> {
  const [, cluster, serviceName] = /^([\w-]+)\/([\w-]+)$/.exec(name) ?? [];
  if (cluster === undefined || serviceName === undefined) {
    return { unknown: `${name} is not the name of an ECS service, which is CLUSTER/SERVICE` };
  }
  let permission = 'ecs:ListTasks';
  try {
    const starts: number[] = [];
    let nextToken: string | undefined;
    do {
      permission = 'ecs:ListTasks';
      const page = await ecs.send(
        new ListTasksCommand({
          cluster,
          serviceName,
          desiredStatus: 'RUNNING',
          maxResults: tasksPerCall,
          nextToken,
        }),
      );
      nextToken = page.nextToken;
      const { taskArns: tasks = [] } = page;
      if (tasks.length === 0) continue;
      permission = 'ecs:DescribeTasks';
      const { tasks: described = [], failures = [] } = await ecs.send(
        new DescribeTasksCommand({ cluster, tasks }),
      );
      starts.push(...described.map(startOf));
      // What is missing has ended meanwhile.
      if (failures.some(({ reason }) => reason !== 'MISSING')) starts.push(Number.NaN);
    } while (nextToken);
    return starts.every(Number.isFinite)
      ? { starts }
      : { unknown: 'ECS does not say since when its tasks run' };
  } catch (error) {
    return { unknown: reasonOf(error, permission, name) };
  }
}

/**
 * A value is injected when the container is first started, between `createdAt`, when the task became PENDING, and
 * `startedAt`, when it became RUNNING ("Pass Secrets Manager secrets through Amazon ECS environment variables" of the ECS
 * developer guide; "Task" of its API reference). Which of both came before the switch may be the old value's.
 */
function startOf({ createdAt, startedAt }: Task): number {
  const times = [createdAt, startedAt].flatMap((date) => date?.getTime() ?? []);
  return times.length === 0 ? Number.NaN : Math.min(...times);
}

/** The environment of a function is fixed when it is deployed: what is in it has the value of that moment. */
async function configurationOf(name: string, lambda: LambdaClient): Promise<Starts> {
  try {
    const { LastModified: modified = '' } = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: name }),
    );
    // `+0000`, as Lambda writes it, is no time zone of ISO 8601's extended format.
    const start = Date.parse(modified.replace(/\+0000$/, 'Z'));
    return Number.isFinite(start)
      ? { starts: [start] }
      : { unknown: 'Lambda does not say when it was last deployed' };
  } catch (error) {
    return { unknown: reasonOf(error, 'lambda:GetFunctionConfiguration', name) };
  }
}

function reasonOf(error: unknown, permission: string, name: string): string {
  const code = error instanceof Error ? error.name : 'unknown error';
  switch (code) {
    case 'AccessDeniedException':
      return `what runs of it may not be asked: this needs ${permission}`;
    case 'ClusterNotFoundException':
    case 'ServiceNotFoundException':
    case 'ServiceNotActiveException':
      return `there is no ECS service ${name} here (${code})`;
    case 'ResourceNotFoundException':
      return `there is no Lambda function ${name} here`;
    default:
      return `what runs of it could not be asked (${code})`;
  }
}
