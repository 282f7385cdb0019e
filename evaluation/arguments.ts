import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { attackKinds } from './organisation/labels.ts';
import { reportingSeeds, tuningSeeds } from './organisation/seeds.ts';
import type { Simulation } from './simulated-data.ts';

export const usage = `npm run evaluate -- [options]

  which data
    (nothing)          the organisations of the reporting seeds
    --tuning           those of the tuning seeds, for whoever changes a detector
    --seeds 1,2,3      those of other seeds
    --organisations N  only the first N of them
    --kinds a,b        only these kinds of attack
    --days N           length in days (90), --secrets N (200), --principals N (300)
    --corpus DIR --labels FILE [--quiet-days N] [--settings FILE]
                       log files and their labels instead; see evaluation/README.md
  what to tell
    --explain          every missed attack and every false incident
    --json FILE        all of it as JSON
    --write-docs       docs/evaluation.md; of the reporting seeds only
  --workers N          threads (2)

Exit codes: 0 all targets hold, 1 one does not, 2 usage or unreadable data.
`;

/** Says what is wrong with the command line. */
export class UsageError extends Error {}

export interface Arguments {
  /** Empty where a corpus is judged. */
  readonly simulations: readonly Simulation[];
  readonly corpus?: {
    readonly folder: string;
    readonly labels: string;
    readonly quietDays: number;
    readonly settings?: string;
  };
  readonly workers: number;
  readonly explain: boolean;
  readonly json?: string;
  readonly writeDocs: boolean;
  readonly help: boolean;
}

const flags = {
  tuning: { type: 'boolean', default: false },
  seeds: { type: 'string' },
  organisations: { type: 'string' },
  kinds: { type: 'string' },
  days: { type: 'string', default: '90' },
  secrets: { type: 'string', default: '200' },
  principals: { type: 'string', default: '300' },
  corpus: { type: 'string' },
  labels: { type: 'string' },
  'quiet-days': { type: 'string', default: '0' },
  settings: { type: 'string' },
  explain: { type: 'boolean', default: false },
  json: { type: 'string' },
  'write-docs': { type: 'boolean', default: false },
  workers: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** @throws UsageError */
export function parseArguments(args: readonly string[]): Arguments {
  const values = valuesOf(args);
  const { corpus: folder, labels, settings, json, explain, help } = values;
  if ((folder === undefined) !== (labels === undefined)) {
    throw new UsageError('--corpus and --labels belong together');
  }
  const isDefault = !values.tuning && values.seeds === undefined && values.organisations === undefined;
  const isWhole = isDefault && values.kinds === undefined && folder === undefined;
  if (values['write-docs'] && !isWhole) {
    throw new UsageError('--write-docs is for the whole run of the reporting seeds');
  }
  return {
    simulations: folder === undefined ? simulationsOf(values) : [],
    ...(folder !== undefined &&
      labels !== undefined && {
        corpus: {
          folder,
          labels,
          quietDays: wholeNumber('quiet-days', values['quiet-days'], 0),
          ...(settings !== undefined && { settings }),
        },
      }),
    workers:
      values.workers === undefined
        ? Math.min(2, availableParallelism())
        : wholeNumber('workers', values.workers, 1),
    explain,
    ...(json !== undefined && { json }),
    writeDocs: values['write-docs'],
    help,
  };
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function simulationsOf(values: ReturnType<typeof valuesOf>): Simulation[] {
  const seeds =
    values.seeds === undefined
      ? values.tuning
        ? tuningSeeds
        : reportingSeeds
      : list(values.seeds).map((seed) => wholeNumber('seeds', seed, 0));
  const count =
    values.organisations === undefined ? seeds.length : wholeNumber('organisations', values.organisations, 1);
  const kinds = values.kinds === undefined ? undefined : list(values.kinds);
  const unknown = kinds?.find((kind) => !(attackKinds as readonly string[]).includes(kind));
  if (unknown !== undefined) {
    throw new UsageError(`--kinds: no kind ${unknown}; there are ${attackKinds.join(', ')}`);
  }
  return seeds.slice(0, count).map((seed, index) => ({
    seed,
    index,
    days: wholeNumber('days', values.days, 1),
    secrets: wholeNumber('secrets', values.secrets, 1),
    principals: wholeNumber('principals', values.principals, 1),
    ...(kinds && { kinds }),
  }));
}

const list = (text: string): string[] => text.split(',').map((part) => part.trim());

function wholeNumber(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least) return value;
  throw new UsageError(`--${flag}: ${text} is not a whole number from ${least}`);
}
