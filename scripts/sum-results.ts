/** Sums the results of a CI run: jest's JSON files and the marks of single checks. Prints one line; exits 1 on failure. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface JestResult {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
}

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: sum-results FOLDER');

const files = readdirSync(folder);
let passed = 0;
let failed = 0;
let skipped = 0;
for (const file of files.filter((name) => name.endsWith('.json'))) {
  const result = JSON.parse(readFileSync(join(folder, file), 'utf8')) as JestResult;
  passed += result.numPassedTests;
  failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
  skipped += result.numPendingTests + result.numTodoTests;
}
passed += files.filter((name) => name.startsWith('passed-')).length;
const failures = files.filter((name) => name.startsWith('failed-'));
for (const name of failures) {
  const suite = /^failed-exit-of-(.+)$/.exec(name)?.[1];
  console.error(`failed: ${suite ?? name.slice('failed-'.length)}`);
  // A suite with failed tests has been counted by them; one that failed otherwise, such as by its coverage, has not.
  const counted = suite && files.includes(`${suite}.json`) && hasFailures(join(folder, `${suite}.json`));
  if (!counted) failed += 1;
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;

function hasFailures(file: string): boolean {
  const result = JSON.parse(readFileSync(file, 'utf8')) as JestResult;
  return result.numFailedTests + result.numRuntimeErrorTestSuites > 0;
}
