import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type AuditReport, auditReportSchema } from '../../functions/core/model/audit-report.ts';
import { repository } from '../support/repository.ts';

export const executable = join(repository, 'cli/secrets-audit.js');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of a shell, without what jest, its caller and a CI say about colours. */
export function shellEnvironment(overrides: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { CI, NO_COLOR, FORCE_COLOR, NODE_OPTIONS, NODE_NO_WARNINGS, ...environment } = process.env;
  // Halves the start of each of these many processes.
  return { ...environment, NODE_COMPILE_CACHE: join(repository, 'node_modules/.cache/node'), ...overrides };
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
}

export const start = (args: readonly string[], { cwd, env, uid }: RunOptions = {}): ChildProcess =>
  spawn(process.execPath, [executable, ...args], {
    cwd: cwd ?? repository,
    env: shellEnvironment(env),
    ...(uid !== undefined && { uid, gid: uid }),
  });

/** Runs the program as a user would. */
export const run = (args: readonly string[], options?: RunOptions): Promise<Outcome> =>
  outcomeOf(start(args, options));

export function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** The report on standard output, which must be that and nothing else. */
export const reportOf = ({ stdout }: Outcome): AuditReport =>
  auditReportSchema.strict().parse(JSON.parse(stdout));

/** A temporary folder with these files; `.gz` names are packed. */
export function createFolder(files: Readonly<Record<string, unknown>> = {}): Folder {
  const path = mkdtempSync(join(tmpdir(), 'secrets-audit-'));
  const folder: Folder = {
    path,
    add(name, contents) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      const bytes = bytesOf(contents);
      writeFileSync(file, name.endsWith('.gz') && !Buffer.isBuffer(contents) ? gzipSync(bytes) : bytes);
      return file;
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
  for (const [name, contents] of Object.entries(files)) folder.add(name, contents);
  return folder;
}

export interface Folder extends Disposable {
  readonly path: string;
  /** Text and bytes as they are, anything else as JSON. */
  add(name: string, contents: unknown): string;
}

const bytesOf = (contents: unknown): Buffer =>
  Buffer.isBuffer(contents)
    ? contents
    : Buffer.from(typeof contents === 'string' ? contents : JSON.stringify(contents));

export const jsonLines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');
