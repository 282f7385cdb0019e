import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/local-cloud/eventually.ts';
import { type LocalCloud, startLocalCloud } from '../../support/local-cloud/local-cloud.ts';
import { pythonWithMiniStack } from '../../support/local-cloud/python-environment.ts';

const LOCAL_CLOUD = fileURLToPath(new URL('../../support/local-cloud/local-cloud.ts', import.meta.url));
const unixOnly = process.platform === 'win32' ? it.skip : it;
const linuxOnly = process.platform === 'linux' ? it : it.skip;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-cloud-test-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A program that acts as a Python of which something is wrong. */
async function pretendPython(name: string, script: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

async function install(candidates: string[]): Promise<unknown> {
  const cache = await mkdtemp(join(folder, 'cache-'));
  const failure = await pythonWithMiniStack(() => {}, { cache, candidates }).catch((error: unknown) => error);
  // What was begun is gone: the next attempt starts afresh.
  expect(await readdir(cache)).toEqual([]);
  return failure;
}

describe('an installation that cannot work says what to do', () => {
  unixOnly('without Python 3.11', async () => {
    const old = await pretendPython('python-old', 'echo 3.9');
    expect(await install([old, join(folder, 'none')])).toMatchObject({
      code: 'python-missing',
      message: expect.stringMatching(
        /needs Python 3\.11 or newer\. Found only: .*python-old is 3\.9.*apt install/s,
      ),
    });
  });

  unixOnly('without venv', async () => {
    const script = 'case "$1" in -c) echo 3.12;; *) echo "ensurepip is not available" >&2; exit 1;; esac';
    expect(await install([await pretendPython('python-no-venv', script)])).toMatchObject({
      code: 'venv-missing',
      message: expect.stringMatching(/apt install python3-venv\nensurepip is not available/),
    });
  });

  unixOnly('without a package index', async () => {
    const script = `case "$1 $2" in
  "-c "*) echo 3.12;;
  "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python";;
  *) echo "Could not find a version that satisfies the requirement" >&2; exit 1;;
esac`;
    expect(await install([await pretendPython('python-no-index', script)])).toMatchObject({
      code: 'package-index',
      message: expect.stringMatching(/ministack==.*index reachable.*Could not find a version/s),
    });
  });

  unixOnly('with a server that dies: the end of its log', async () => {
    const python = await pretendPython('python-dies', 'echo "ModuleNotFoundError: ministack" >&2; exit 3');
    await expect(startLocalCloud({ python, dataDir: join(folder, 'dies') })).rejects.toMatchObject({
      code: 'start-failed',
      message: expect.stringMatching(/exit code 3.*ModuleNotFoundError: ministack/s),
    });
  });
});

describe('a running local cloud', () => {
  let cloud: LocalCloud;

  beforeAll(async () => {
    process.env['AWS_PROFILE'] = 'real-profile';
    cloud = await startLocalCloud({ region: 'eu-west-2', accountId: '222222222222' });
  }, 60_000);

  afterAll(async () => {
    delete process.env['AWS_PROFILE'];
    await cloud?.stop();
  });

  it('gives child processes its own credentials and nothing of a real profile', () => {
    expect(cloud.env).not.toHaveProperty('AWS_PROFILE');
    expect(cloud.env).toMatchObject({
      AWS_ENDPOINT_URL: cloud.endpoint,
      AWS_ACCESS_KEY_ID: cloud.admin.accessKeyId,
      AWS_REGION: 'eu-west-2',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: expect.stringContaining(cloud.dataDir),
    });
  });

  it('answers on the loopback address alone', async () => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address?.family === 'IPv4' && !address.internal);
    expect((await fetch(`${cloud.endpoint}/_ministack/health`)).status).toBe(200);
    for (const address of outside) {
      await expect(fetch(`http://${address?.address}:${cloud.port}/_ministack/health`)).rejects.toThrow();
    }
  });

  linuxOnly('opens one port and no other', async () => {
    const { stdout: pids } = await promisify(execFile)('ps', ['-eo', 'pid=,args=']);
    const pid = pids
      .split('\n')
      .find((line) => line.includes('gaps.py') && line.includes('python'))
      ?.trim()
      .split(' ')[0];
    const inodes = await socketsOf(pid ?? '');
    const tables = await Promise.all(
      ['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8')),
    );
    const listening = tables
      .flatMap((table) => table.split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && inodes.has(inode ?? ''))
      .map(([, address]) => address);
    // 0100007F is 127.0.0.1 as the kernel writes it.
    expect(listening).toEqual([`0100007F:${cloud.port.toString(16).toUpperCase().padStart(4, '0')}`]);
  });
});

async function socketsOf(pid: string): Promise<Set<string>> {
  const folder = `/proc/${pid}/fd`;
  const { readlink } = await import('node:fs/promises');
  const links = await Promise.all(
    (await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => '')),
  );
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

describe('the server ends with its parent', () => {
  unixOnly.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('that ends by %s', async (signal) => {
    const program = `
      import { startLocalCloud } from ${JSON.stringify(LOCAL_CLOUD)};
      const cloud = await startLocalCloud({ dataDir: ${JSON.stringify(join(folder, `parent-${signal}`))} });
      console.log(cloud.endpoint);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const endpoint = line.toString().trim();
    expect((await fetch(`${endpoint}/_ministack/health`)).status).toBe(200);
    parent.kill(signal);
    const [, endedBy] = await once(parent, 'exit');
    expect(endedBy).toBe(signal);
    await eventually('the end of the server', () =>
      fetch(`${endpoint}/_ministack/health`).then(
        () => false,
        () => true,
      ),
    );
  });
});
