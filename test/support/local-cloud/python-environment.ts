import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LocalCloudError, lastLines } from './local-cloud-error.ts';

/** The one place that says which MiniStack: gaps.py replaces internals of exactly this version. */
const MINISTACK_VERSION = '1.5.33';
const OLDEST_PYTHON = [3, 11] as const;
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];
const INSTALL_TIMEOUT_MS = 240_000;
const CACHE = fileURLToPath(new URL('../../../.local-cloud/', import.meta.url));

const run = promisify(execFile);

/** Makes MiniStack's Python environment on first use, in `.local-cloud/` of this repository; returns its interpreter. */
export async function pythonWithMiniStack(
  log: (line: string) => void,
  { cache = CACHE, candidates = CANDIDATES } = {},
): Promise<string> {
  const home = join(cache, `ministack-${MINISTACK_VERSION}`);
  if (existsSync(interpreterIn(home))) return interpreterIn(home);

  const python = await findPython(candidates);
  const building = `${home}.${process.pid}`;
  log(`local cloud: installing MiniStack ${MINISTACK_VERSION} in .local-cloud/ (first use only)`);
  await mkdir(cache, { recursive: true });
  try {
    await makeEnvironment(python, building);
    await installMiniStack(interpreterIn(building));
    // Renamed only when complete: an interrupted installation is never taken for a finished one.
    await rename(building, home).catch((error: unknown) => {
      if (!existsSync(interpreterIn(home))) throw error;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return interpreterIn(home);
}

function interpreterIn(home: string): string {
  return process.platform === 'win32' ? join(home, 'Scripts', 'python.exe') : join(home, 'bin', 'python');
}

async function findPython(candidates: string[]): Promise<string> {
  const tooOld: string[] = [];
  for (const candidate of candidates) {
    const version = await versionOf(candidate);
    if (!version) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]) return candidate;
    tooOld.push(`${candidate} is ${version}`);
  }
  const wanted = OLDEST_PYTHON.join('.');
  const found = tooOld.length > 0 ? `Found only: ${tooOld.join(', ')}.` : 'Found none.';
  throw new LocalCloudError(
    'python-missing',
    `The local cloud needs Python ${wanted} or newer. ${found}\nInstall it (Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python) and try again.`,
  );
}

async function versionOf(command: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(command, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
    return stdout.trim();
  } catch {
    return undefined;
  }
}

async function makeEnvironment(python: string, home: string): Promise<void> {
  try {
    await run(python, ['-m', 'venv', home], { timeout: INSTALL_TIMEOUT_MS });
  } catch (error) {
    throw new LocalCloudError(
      'venv-missing',
      `${python} cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv\n${outputOf(error)}`,
    );
  }
}

async function installMiniStack(python: string): Promise<void> {
  const packages = [`ministack==${MINISTACK_VERSION}`];
  const options = ['--disable-pip-version-check', '--no-input', '--quiet'];
  try {
    await run(python, ['-m', 'pip', 'install', ...options, ...packages], { timeout: INSTALL_TIMEOUT_MS });
  } catch (error) {
    throw new LocalCloudError(
      'package-index',
      `pip could not install ${packages.join(' ')}. Is the Python package index reachable (network, proxy, pip.conf)?\n${outputOf(error)}`,
    );
  }
}

function outputOf(error: unknown): string {
  const { stderr, stdout, message } = error as { stderr?: string; stdout?: string; message: string };
  return lastLines(`${stdout ?? ''}${stderr ?? ''}`.trim() || message, 12);
}
