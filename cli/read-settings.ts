import { readFile } from 'node:fs/promises';
import { fileErrorReason } from '../functions/adapters/log-file-faults.ts';
import { SettingsError } from '../functions/core/errors.ts';
import { plainText } from '../functions/core/format/plain-text.ts';
import { parseSettings, type Settings } from '../functions/core/model/settings.ts';

/** @returns `undefined` where the file cannot be used; standard error then names every problem with its line */
export async function readSettings(path: string): Promise<Settings | undefined> {
  try {
    return parseSettings(await readFile(path, 'utf8'), path);
  } catch (error) {
    const problems = error instanceof SettingsError ? error.problems : [`${path}: ${fileErrorReason(error)}`];
    for (const problem of problems) process.stderr.write(`${plainText(problem)}\n`);
    return undefined;
  }
}
