#!/usr/bin/env node
// Old versions of Node must get as far as the message below: nothing here may be newer than they are.
import { existsSync } from 'node:fs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `secrets-audit needs Node 24, this is ${process.version}: install Node 24, or run "npx secrets-audit" in the repository after "npm ci"\n`,
  );
  process.exitCode = 2;
} else {
  // A checkout runs its sources; the package, under whose node_modules Node strips no types, what was built of them.
  const source = new URL('./main.ts', import.meta.url);
  import((existsSync(source) ? source : new URL('../dist/cli/main.js', import.meta.url)).href).catch(
    (error) => {
      // Node's own exit code is 1, which here means findings.
      process.exitCode = 2;
      process.stderr.write(`secrets-audit cannot start: ${error.message}\n`);
    },
  );
}
