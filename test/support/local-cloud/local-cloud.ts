import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endGroup, endWithThisProcess } from './child-processes.ts';
import { LocalCloudError, lastLines } from './local-cloud-error.ts';
import { pythonWithMiniStack } from './python-environment.ts';

export interface LocalCloudOptions {
  /** Default eu-west-1. */
  region?: string;
  /** Default 111111111111. */
  accountId?: string;
  /** Where logs, mailbox and temporary files go. Default: a new temporary folder, removed by stop(). */
  dataDir?: string;
  /** Seconds between two publications of metrics and evaluations of alarms. Default 2. */
  metricsSeconds?: number;
  /** How often a failing rotation is tried in all. Default 2. */
  rotationAttempts?: number;
  /** Seconds between two attempts at a rotation. Default 3. */
  rotationRetrySeconds?: number;
  /** An interpreter that has MiniStack. Default: one in `.local-cloud/`, made on first use. */
  python?: string;
  /** Gets one line for each step that takes time. */
  log?: (line: string) => void;
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** An email that SNS would have sent. */
export interface Mail {
  time: string;
  topicArn: string;
  to: string;
  subject: string;
  body: string;
}

/** Dates in seconds since 1970; what is left out stays as it is. */
export interface SecretDates {
  createdDate?: number;
  lastRotatedDate?: number;
  /** By version id. */
  versionCreated?: Record<string, number>;
}

/** A task of an ECS service, with times in seconds since 1970. One that has not started is pending. */
export interface EcsTask {
  startedAt?: number;
  /** Default: when it started, or now. */
  createdAt?: number;
}

/** What every SDK client of the local cloud is made with. */
export interface SdkConfig {
  endpoint: string;
  region: string;
  credentials: Credentials;
  /** Read by the SQS client alone; the others ignore it. */
  useQueueUrlAsEndpoint: false;
}

export interface LocalCloud {
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  readonly accountId: string;
  readonly dataDir: string;
  readonly logFile: string;
  /** The complete environment for child processes (CDK, the project's own commands): nothing of a real AWS profile. */
  readonly env: NodeJS.ProcessEnv;
  /** An IAM user with every right. */
  readonly admin: Credentials;
  /** Configuration of an SDK client: of the administrator in the home Region, unless told otherwise. */
  sdkConfig(as?: { credentials?: Credentials; region?: string }): SdkConfig;
  /** The emails so far, oldest first. */
  mailbox(): Promise<Mail[]>;
  /** From now on IAM decides. It does not before: under IAM, CDK cannot publish its assets. */
  enforceIam(): Promise<void>;
  /** Everybody may do everything again, for another deployment. */
  suspendIam(): Promise<void>;
  /** Lets a secret's rotation schedule come due now, and returns the id of the version that is to become current. */
  rotateOnSchedule(secretId: string): Promise<string>;
  /** Makes a secret, or its versions, as old as a test needs. */
  ageSecret(secretId: string, dates: SecretDates): Promise<void>;
  /** Decides what tasks a service of ECS has, and returns their ARNs. Makes cluster and service where they are missing. */
  setEcsTasks(cluster: string, service: string, tasks: EcsTask[]): Promise<string[]>;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 3_000;
const PORT_ATTEMPTS = 3;

/** Starts AWS on 127.0.0.1: MiniStack with the parts that it lacks (gaps.py). It ends with this process at the latest. */
export async function startLocalCloud(options: LocalCloudOptions = {}): Promise<LocalCloud> {
  const { region = 'eu-west-1', accountId = '111111111111', log = () => {} } = options;
  const python = options.python ?? (await pythonWithMiniStack(log));
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'local-cloud-')));
  await mkdir(join(dataDir, 'tmp'), { recursive: true });
  const mailboxFile = join(dataDir, 'mailbox.jsonl');
  await writeFile(mailboxFile, '');
  await writeFile(join(dataDir, 'no-aws-profile'), '');
  const admin = {
    accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(20).toString('hex'),
  };
  const settings = {
    region,
    accountId,
    dataDir,
    admin,
    mailboxFile,
    metricsSeconds: options.metricsSeconds ?? 2,
    rotationAttempts: options.rotationAttempts ?? 2,
    rotationRetrySeconds: options.rotationRetrySeconds ?? 3,
  };
  const server = await startServer(python, settings);
  const endpoint = `http://127.0.0.1:${server.port}`;
  log(`local cloud: ${endpoint} (account ${accountId}, ${region})`);

  return {
    endpoint,
    port: server.port,
    region,
    accountId,
    dataDir,
    logFile: server.logFile,
    admin,
    env: {
      ...withoutAws(process.env),
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: admin.accessKeyId,
      AWS_SECRET_ACCESS_KEY: admin.secretAccessKey,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_CONFIG_FILE: join(dataDir, 'no-aws-profile'),
      AWS_SHARED_CREDENTIALS_FILE: join(dataDir, 'no-aws-profile'),
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_HOME: join(dataDir, 'cdk-home'),
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      ...withoutProxy(),
      ...nodeFirstOnPath(),
    },
    sdkConfig: (as = {}) => ({
      endpoint,
      region: as.region ?? region,
      credentials: as.credentials ?? admin,
      useQueueUrlAsEndpoint: false,
    }),
    mailbox: async () =>
      (await readFile(mailboxFile, 'utf8'))
        .split('\n')
        .filter((line) => line.length > 0)
        .map((line) => JSON.parse(line) as Mail),
    enforceIam: async () => void (await control(endpoint, 'PUT', 'enforce-iam')),
    suspendIam: async () => void (await control(endpoint, 'DELETE', 'enforce-iam')),
    rotateOnSchedule: async (secretId) =>
      (await control<{ versionId: string }>(endpoint, 'POST', `rotate-due?${query(secretId)}`)).versionId,
    ageSecret: async (secretId, dates) =>
      void (await control(endpoint, 'PUT', `secret-dates?${query(secretId)}`, dates)),
    setEcsTasks: async (cluster, service, tasks) =>
      (await control<{ taskArns: string[] }>(endpoint, 'PUT', 'ecs-tasks', { cluster, service, tasks }))
        .taskArns,
    stop: async () => {
      await endGroup(server.child, STOP_GRACE_MS);
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Turns one of the local cloud's own switches (ministack_gaps/control.py). */
async function control<Answer>(
  endpoint: string,
  method: 'PUT' | 'POST' | 'DELETE',
  path: string,
  body: unknown = {},
): Promise<Answer> {
  const answer = await fetch(`${endpoint}/_local-cloud/${path}`, { method, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok)
    throw new LocalCloudError('request-failed', `${method} ${path}: HTTP ${answer.status} ${text}`);
  return JSON.parse(text) as Answer;
}

function query(secret: string): string {
  return new URLSearchParams({ secret }).toString();
}

interface ServerSettings {
  region: string;
  accountId: string;
  dataDir: string;
  admin: Credentials;
  mailboxFile: string;
  metricsSeconds: number;
  rotationAttempts: number;
  rotationRetrySeconds: number;
}

async function startServer(python: string, settings: ServerSettings) {
  const logFile = join(settings.dataDir, 'ministack.log');
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const child = spawnServer(python, port, logFile, settings);
    try {
      await untilReady(child, port, logFile);
      return { child, port, logFile };
    } catch (error) {
      await endGroup(child, STOP_GRACE_MS);
      // Between our look for a free port and the server's start, another program may have taken it.
      const portTaken = error instanceof LocalCloudError && /already in use/.test(error.message);
      if (!portTaken || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

function spawnServer(python: string, port: number, logFile: string, settings: ServerSettings): ChildProcess {
  const log = openSync(logFile, 'a');
  const child = spawn(python, [fileURLToPath(new URL('./gaps.py', import.meta.url))], {
    cwd: settings.dataDir,
    // A group of its own, so that its Lambda workers end with it; stdin tells it when this process is gone.
    detached: true,
    stdio: ['pipe', log, log],
    env: {
      ...withoutAws(process.env),
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      MINISTACK_REGION: settings.region,
      MINISTACK_ACCOUNT_ID: settings.accountId,
      // These listeners would open on every interface.
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      // Lambdas run as child processes, never in containers.
      LAMBDA_EXECUTOR: 'local',
      DOCKER_HOST: `unix://${join(settings.dataDir, 'no-docker.sock')}`,
      CLOUDTRAIL_MAX_EVENTS: '100000',
      LOCAL_CLOUD_MAILBOX: settings.mailboxFile,
      LOCAL_CLOUD_METRICS_SECONDS: String(settings.metricsSeconds),
      LOCAL_CLOUD_ROTATION_ATTEMPTS: String(settings.rotationAttempts),
      LOCAL_CLOUD_ROTATION_RETRY_SECONDS: String(settings.rotationRetrySeconds),
      LOCAL_CLOUD_ADMIN_ACCESS_KEY_ID: settings.admin.accessKeyId,
      LOCAL_CLOUD_ADMIN_SECRET_ACCESS_KEY: settings.admin.secretAccessKey,
      // Inherited by the Lambda workers.
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: join(settings.dataDir, 'no-aws-profile'),
      AWS_SHARED_CREDENTIALS_FILE: join(settings.dataDir, 'no-aws-profile'),
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONUNBUFFERED: '1',
      TMPDIR: join(settings.dataDir, 'tmp'),
      ...withoutProxy(),
      ...nodeFirstOnPath(),
    },
  });
  endWithThisProcess(child);
  return child;
}

async function untilReady(child: ChildProcess, port: number, logFile: string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let spawnError: Error | undefined;
  child.once('error', (error) => {
    spawnError = error;
  });
  while (Date.now() < deadline) {
    if (spawnError)
      throw new LocalCloudError('start-failed', `MiniStack did not start: ${spawnError.message}`);
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new LocalCloudError(
        'start-failed',
        `MiniStack ended at its start (${child.signalCode ?? `exit code ${child.exitCode}`}). The end of its log:\n${await endOf(logFile)}`,
      );
    }
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/_ministack/health`);
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    await sleep(100);
  }
  throw new LocalCloudError(
    'start-timeout',
    `MiniStack did not answer on 127.0.0.1:${port} within ${READY_TIMEOUT_MS / 1000} s. The end of its log:\n${await endOf(logFile)}`,
  );
}

async function endOf(logFile: string): Promise<string> {
  return lastLines(await readFile(logFile, 'utf8').catch(() => ''), 30);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', ({ message }) =>
      reject(new LocalCloudError('port-unavailable', `No port of 127.0.0.1 can be opened: ${message}`)),
    );
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

function withoutAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(AWS_|CDK_|NODE_OPTIONS$|MINISTACK_|LOCALSTACK_)/.test(name)),
  );
}

function withoutProxy(): NodeJS.ProcessEnv {
  const hosts = [process.env['NO_PROXY'] ?? process.env['no_proxy'], '127.0.0.1', 'localhost'];
  const noProxy = hosts.filter(Boolean).join(',');
  return { NO_PROXY: noProxy, no_proxy: noProxy };
}

/** Lambda workers and the CDK app run with the Node.js that runs this program. */
function nodeFirstOnPath(): NodeJS.ProcessEnv {
  return { PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}` };
}
