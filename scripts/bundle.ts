/**
 * Bundles every Lambda into `dist/lambda/NAME/index.mjs`: `node scripts/bundle.ts [FOLDER]`.
 *
 * ES modules with splitting, so that a cold start loads no AWS client before it is needed. Not minified: stack traces
 * name functions, and source maps would cost more at a cold start than the names do.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';

const repository = fileURLToPath(new URL('..', import.meta.url));
const functions = join(repository, 'functions');

/** Folders of functions that are deployed: those that hold a composition. */
export const functionNames = (): string[] =>
  readdirSync(functions).filter((name) => existsSync(join(functions, name, 'index.ts')));

/** @returns bytes of each function's bundle, all its files together */
export async function bundle(folder: string): Promise<Record<string, number>> {
  rmSync(folder, { recursive: true, force: true });
  const names = functionNames();
  if (names.length === 0) throw new Error(`No function found in ${functions}`);
  const sizes = await Promise.all(
    names.map(async (name) => [name, await bundleFunction(name, folder)] as const),
  );
  return Object.fromEntries(sizes);
}

async function bundleFunction(name: string, folder: string): Promise<number> {
  const { metafile } = await build({
    entryPoints: { index: join(functions, name, 'index.ts') },
    outdir: join(folder, name),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    // Removes white space and dead branches; names stay as they are.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    // CommonJS packages ask for Node's modules with require. The name is one that nobody else declares.
    banner: {
      js: "import { createRequire as createRequireOfSecretsAuditBundle } from 'node:module'; const require = createRequireOfSecretsAuditBundle(import.meta.url);",
    },
    metafile: true,
    logLevel: 'warning',
  });
  return bytesOf(metafile);
}

const bytesOf = ({ outputs }: Metafile): number =>
  Object.values(outputs).reduce((total, { bytes }) => total + bytes, 0);

if (import.meta.main) {
  await bundle(process.argv[2] ?? join(repository, 'dist', 'lambda'));
}
