/**
 * Checks who imports whom by .dependency-cruiser.js.
 *
 * A cruise that sees no modules passes by itself (dependency-cruiser without a TypeScript compiler does), so the
 * folders that must be there are counted.
 */
import { existsSync } from 'node:fs';
import { cruise, type IReporterOutput } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';

const roots = ['functions', 'cdk', 'cli', 'demo', 'scripts', 'test', 'evaluation', 'bench'];

const options = await extractDepcruiseOptions('./.dependency-cruiser.js');
const report: IReporterOutput = await cruise(
  roots.filter((root) => existsSync(root)),
  options,
);
if (typeof report.output === 'string') throw new Error(report.output);

const { modules, summary } = report.output;
const missing = roots.filter((root) => !modules.some(({ source }) => source.startsWith(`${root}/`)));
for (const { rule, from, to } of summary.violations) {
  const comment = summary.ruleSetUsed?.forbidden?.find(({ name }) => name === rule.name)?.comment ?? '';
  console.error(`${rule.name}: ${from} -> ${to}\n  ${comment}`);
}
for (const root of missing) console.error(`no modules seen in ${root}/: the check would prove nothing`);
console.log(
  `${modules.length} modules, ${summary.totalDependenciesCruised} dependencies, ${summary.violations.length} violations`,
);
process.exitCode = summary.violations.length + missing.length > 0 ? 1 : 0;
