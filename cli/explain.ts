import { Command } from 'commander';
import type { Check } from '../functions/core/check.ts';
import { checks } from '../functions/core/checks/index.ts';
import { instead } from '../functions/core/contracts/nearest-name.ts';
import type { Detector } from '../functions/core/detector.ts';
import { detectors } from '../functions/core/detectors/index.ts';
import { detectorList, detectorText } from '../functions/core/format/detector-text.ts';
import { plainText } from '../functions/core/format/plain-text.ts';
import { compareText } from '../functions/core/order.ts';
import { exitCodes } from './exit-codes.ts';
import { emphasise } from './terminal.ts';

/** `secrets-audit explain [DETECTOR]` */
export const explainCommand = (): Command =>
  new Command('explain')
    .description('Explain a detector: what it finds and why, its parameters, what it misses, what to do.')
    .argument('[detector]', 'its id, as findings name it (default: list all)')
    .addHelpText(
      'after',
      `
Exit codes:
  0  explained
  2  there is no such detector

Example:
  $ npx secrets-audit explain mass-retrieval`,
    )
    .action((id: string | undefined) => {
      process.exitCode = explain(id);
    });

function explain(id: string | undefined): number {
  const columns = process.stdout.columns ?? 80;
  const all: readonly (Detector | Check)[] = [...detectors, ...checks].sort((a, b) =>
    compareText(a.id, b.id),
  );
  if (id === undefined) {
    process.stdout.write(detectorList(all, columns));
    return exitCodes.clean;
  }
  const detector = all.find((each) => each.id === id);
  if (!detector) {
    const names = all.map((each) => each.id);
    process.stderr.write(`${plainText(`there is no detector ${id}${instead(id, names)}`)}\n`);
    return exitCodes.unusable;
  }
  process.stdout.write(detectorText(detector, { columns, emphasise }));
  return exitCodes.clean;
}
