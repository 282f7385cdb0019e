import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repository } from './repository.ts';

export interface CommandOutcome {
  readonly exitCode: number | null;
  readonly output: string;
}

/** Runs `secrets-audit` as a process of its own, without waiting in this one: servers of the test must go on answering. */
export async function runCommand(
  parameters: readonly string[],
  { env, input = '', cwd = repository }: { env: NodeJS.ProcessEnv; input?: string; cwd?: string },
): Promise<CommandOutcome> {
  const child = spawn(process.execPath, [join(repository, 'cli', 'secrets-audit.js'), ...parameters], {
    env,
    cwd,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  child.stdin.end(input);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { exitCode, output };
}
