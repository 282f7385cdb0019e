/**
 * Builds what the published package runs, into `dist/`: the command line and the construct as JavaScript with types,
 * and the Lambda bundles. Node strips no types under node_modules, so the package cannot ship its sources.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));
const dist = join(repository, 'dist');
const config = join(dist, 'tsconfig.json');

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
// tsc follows the imports of these two files: what they do not reach is not shipped.
writeFileSync(
  config,
  JSON.stringify({
    extends: '../tsconfig.json',
    compilerOptions: { noEmit: false, declaration: true, rootDir: '..', outDir: '.' },
    include: [],
    files: ['../cli/main.ts', '../cdk/index.ts'],
  }),
);
execFileSync(join(repository, 'node_modules/.bin/tsc'), ['--project', config], { stdio: 'inherit' });
rmSync(config);
await bundle(join(dist, 'lambda'));
