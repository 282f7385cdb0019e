import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endGroup, endWithThisProcess } from './child-processes.ts';
import type { LocalCloud } from './local-cloud.ts';
import { LocalCloudError, lastLines } from './local-cloud-error.ts';
import { call, element } from './signed-call.ts';

export interface DeployOptions {
  /** The command that runs the CDK app, e.g. `node cdk/bin/app.ts`. Default: that of cdk.json. */
  app?: string;
  /** Names or patterns of the stacks. Default: all. */
  stacks?: string[];
  context?: Record<string, string>;
  /** Extra variables for the app. */
  env?: Record<string, string>;
  /** Default 180. A CDK deployment that waits for something the emulator lacks would wait for an hour. */
  timeoutSeconds?: number;
  /** Gets the CLI's output as it comes; without it, the output is shown only where the CLI fails. */
  log?: (text: string) => void;
}

/** Outputs by stack and name, as in CDK's outputs file. */
export type StackOutputs = Record<string, Record<string, string>>;

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const CDK_CLI = join(createRequire(import.meta.url).resolve('aws-cdk/package.json'), '..', 'bin', 'cdk');

/** Makes CDK's bucket and roles in the local account. Once, before the first deploy. */
export async function bootstrap(
  cloud: LocalCloud,
  options: Pick<DeployOptions, 'timeoutSeconds' | 'log'> = {},
): Promise<void> {
  // `--app ''` keeps the CLI from running the app of cdk.json first.
  await runCdk(cloud, ['bootstrap', `aws://${cloud.accountId}/${cloud.region}`, '--app', ''], options);
}

/** Deploys stacks of a CDK app with the real CLI, and returns their outputs. Works only while IAM is not enforced. */
export async function deploy(cloud: LocalCloud, options: DeployOptions = {}): Promise<StackOutputs> {
  const outputsFile = join(cloud.dataDir, `cdk-outputs-${process.hrtime.bigint()}.json`);
  const stacks = options.stacks ?? ['--all'];
  const context = Object.entries(options.context ?? {}).flatMap(([name, value]) => [
    '--context',
    `${name}=${value}`,
  ]);
  const app = options.app === undefined ? [] : ['--app', options.app];
  const fixed = ['--require-approval', 'never', '--method', 'direct', '--outputs-file', outputsFile];
  const place = ['--output', join(cloud.dataDir, 'cdk.out')];
  await runCdk(cloud, ['deploy', ...stacks, ...app, ...context, ...fixed, ...place], options);
  return JSON.parse(await readFile(outputsFile, 'utf8').catch(() => '{}')) as StackOutputs;
}

/** Deletes stacks. */
export async function destroy(cloud: LocalCloud, options: DeployOptions = {}): Promise<void> {
  const app = options.app === undefined ? [] : ['--app', options.app];
  const place = ['--output', join(cloud.dataDir, 'cdk.out')];
  await runCdk(cloud, ['destroy', ...(options.stacks ?? ['--all']), '--force', ...app, ...place], options);
}

/** Creates or updates a stack of a small CloudFormation template without CDK, and returns its outputs. */
export async function deployTemplate(
  cloud: LocalCloud,
  stackName: string,
  template: { Resources: Record<string, unknown>; Outputs?: Record<string, { Value: unknown }> },
  timeoutSeconds = 30,
): Promise<Record<string, string>> {
  const known = await call(cloud, 'cloudformation', 'DescribeStacks', { StackName: stackName }).catch(
    () => undefined,
  );
  const action = known === undefined ? 'CreateStack' : 'UpdateStack';
  await call(cloud, 'cloudformation', action, {
    StackName: stackName,
    TemplateBody: JSON.stringify(template),
    'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
  });
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const stack = await call(cloud, 'cloudformation', 'DescribeStacks', { StackName: stackName });
    const status = element(stack, 'StackStatus');
    if (status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE') {
      const outputs = stack.matchAll(
        /<OutputKey>([^<]*)<\/OutputKey>\s*<OutputValue>([^<]*)<\/OutputValue>/g,
      );
      return Object.fromEntries([...outputs].map(([, name, value]) => [name, value]));
    }
    if (!status.endsWith('_IN_PROGRESS') || Date.now() > deadline) {
      const events = await call(cloud, 'cloudformation', 'DescribeStackEvents', { StackName: stackName });
      const reasons = [...events.matchAll(/<ResourceStatusReason>([^<]+)</g)].map(([, reason]) => reason);
      throw new LocalCloudError('stack-failed', `stack ${stackName}: ${status}\n${reasons.join('\n')}`);
    }
    await sleep(100);
  }
}

async function runCdk(cloud: LocalCloud, args: string[], options: DeployOptions): Promise<void> {
  const seconds = options.timeoutSeconds ?? 180;
  const child = spawn(process.execPath, [CDK_CLI, ...args, '--ci', '--no-notices', '--progress', 'events'], {
    cwd: REPOSITORY,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...cloud.env,
      CDK_DEFAULT_ACCOUNT: cloud.accountId,
      CDK_DEFAULT_REGION: cloud.region,
      ...options.env,
    },
  });
  endWithThisProcess(child);
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk.toString();
    options.log?.(chunk.toString());
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);

  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void endGroup(child, 2_000);
  }, seconds * 1000);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => clearTimeout(timer));

  const command = `cdk ${args[0]}`;
  if (timedOut) {
    throw new LocalCloudError(
      'cdk-timeout',
      `${command} did not end within ${seconds} s. autoDeleteObjects and logRetention hang on the local cloud.\n${lastLines(output, 40)}`,
    );
  }
  if (code !== 0)
    throw new LocalCloudError('cdk-failed', `${command} failed (${code}):\n${lastLines(output, 60)}`);
}
