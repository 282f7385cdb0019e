import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SecretsAuditError } from '../functions/core/errors.ts';
import { defaultSettings, parseSettings } from '../functions/core/model/settings.ts';
import { type Arguments, parseArguments, UsageError, usage } from './arguments.ts';
import { evaluationPage } from './docs.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { explain } from './explain.ts';
import { readForeignCorpus } from './foreign-corpus.ts';
import { peers } from './peers/index.ts';
import { buildReport, type Report } from './report.ts';
import { asText, tablesOf } from './tables.ts';
import { evaluateOnThreads } from './threads.ts';

const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

async function main(): Promise<number> {
  const given = parseArguments(process.argv.slice(2));
  if (given.help) {
    process.stdout.write(usage);
    return 0;
  }
  const began = performance.now();
  const evaluations = await evaluateAll(given);
  tell(`${inSeconds(performance.now() - began)} in all; computing: ${timingsOf(evaluations)}`);

  const report = buildReport(evaluations);
  process.stdout.write(`${tablesOf(report).map(asText).join('\n')}`);
  if (given.explain) process.stdout.write(`\n${explain(evaluations)}\n`);
  if (given.json !== undefined) await writeFile(given.json, asJson(report, evaluations));
  if (given.writeDocs) {
    await writeFile(join(import.meta.dirname, '../docs/evaluation.md'), evaluationPage(report, peers));
  }
  return report.targets.every(({ holds }) => holds) ? 0 : 1;
}

async function evaluateAll({ simulations, corpus, workers }: Arguments): Promise<Evaluation[]> {
  if (corpus) {
    const { settings: path } = corpus;
    const settings = path === undefined ? defaultSettings : parseSettings(await readFile(path, 'utf8'), path);
    return [await evaluate(await readForeignCorpus({ ...corpus, settings }))];
  }
  let done = 0;
  return evaluateOnThreads(simulations, workers, (evaluation) => {
    done += 1;
    const found = evaluation.ours.attacks.filter(({ detection }) => detection.medium).length;
    tell(
      `${done}/${simulations.length} ${evaluation.name}: ${evaluation.records} records, found ${found} of ${evaluation.ours.attacks.length} (${timingsOf([evaluation])})`,
    );
  });
}

function timingsOf(evaluations: readonly Evaluation[]): string {
  const sums = new Map<string, number>();
  for (const [part, spent] of evaluations.flatMap(({ timings }) => Object.entries(timings))) {
    sums.set(part, (sums.get(part) ?? 0) + spent);
  }
  return [...sums].map(([part, spent]) => `${part} ${inSeconds(spent)}`).join(', ');
}

const inSeconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

function asJson(report: Report, evaluations: readonly Evaluation[]): string {
  const organisations = evaluations.map(({ name, records, ours, peers: others }) => ({
    name,
    records,
    ours,
    peers: others,
  }));
  return `${JSON.stringify({ report, organisations }, (_, value) => (value instanceof Map ? Object.fromEntries(value) : value), 2)}\n`;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError || error instanceof SecretsAuditError)) throw error;
  tell(error instanceof UsageError ? `${error.message}\n\n${usage}` : error.message);
  process.exitCode = 2;
}
