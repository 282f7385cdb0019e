import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../core/model/settings.ts';
import { ConfigurationError } from './errors.ts';

/** Where the Lambda runtime unpacks the function's code. */
const codeDirectory = () => process.env['LAMBDA_TASK_ROOT'] ?? '.';

/**
 * The settings that synth parsed and put beside the bundle as `settings.json`. They are not parsed a second time:
 * file and bundle are one asset, and the parser would bring YAML into every cold start.
 */
export function readBundledSettings(directory = codeDirectory()): Settings {
  let settings: unknown;
  try {
    settings = JSON.parse(readFileSync(join(directory, 'settings.json'), 'utf8'));
  } catch (error) {
    throw new ConfigurationError('settings.json beside the bundle is missing or not JSON', { cause: error });
  }
  if (typeof settings !== 'object' || settings === null || !('version' in settings) || settings.version !== 1)
    throw new ConfigurationError('settings.json beside the bundle holds no settings of version 1');
  return settings as Settings;
}
