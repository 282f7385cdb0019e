/** `npm run new:detector -- <id>`: a detector and its cases to fill in. No other file is edited by hand. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [id] = process.argv.slice(2);
if (!id || !/^[a-z]+(-[a-z]+)*$/.test(id)) {
  console.error(
    'usage: npm run new:detector -- <id>    an id in lower case with hyphens, such as stale-rotation',
  );
  process.exit(2);
}
const root = join(import.meta.dirname, '..');

const detector = `import * as z from 'zod';
import { defineDetector } from '../detector.ts';
import { plural, shortPrincipal } from '../phrases.ts';

export default defineDetector({
  id: '${id}',
  title: 'TODO what it finds, calm and exact',
  severity: 'medium',
  status: 'experimental',
  // Where in a story its findings stand: discovery, probing, access, change or concealment.
  stage: 'access',
  attack: [],
  rationale: 'TODO why this matters.',
  falsePositives: ['TODO a known benign cause.'],
  blindSpots: ['TODO what it misses and how it is evaded.'],
  response: ['TODO the first step of the person who receives it.'],
  actions: ['read'],
  params: z.strictObject({}),
  matches: ({ outcome }) => outcome === 'allowed',
  count: () => ({ by: ['actor', 'secret'] }),
  describe({ events, count }) {
    const [first] = events;
    return {
      title: \`\${shortPrincipal(first.actor.principal)} TODO\`,
      explanation: \`\${plural(count, 'call')} TODO the number against its threshold; what is not known.\`,
    };
  },
});
`;
const cases = `import type { DetectorCases } from '../../support/detector-cases.ts';
import { record } from '../../support/records.ts';

export default {
  // A case may have a history: what had happened before; see test/support/detector-cases.ts.
  fires: [{ name: 'TODO', records: [record()], finding: { severity: 'medium' } }],
  quiet: [{ name: 'TODO', records: [record({ errorCode: 'AccessDenied' })] }],
} satisfies DetectorCases;
`;

for (const [path, content] of [
  [`functions/core/detectors/${id}.ts`, detector],
  [`test/core/detectors/${id}.cases.ts`, cases],
] as const) {
  if (existsSync(join(root, path))) {
    console.error(`${path} is there already`);
    process.exit(2);
  }
  writeFileSync(join(root, path), content);
  console.log(`written: ${path}`);
}
console.log('Fill in both, then: npm run generate');
