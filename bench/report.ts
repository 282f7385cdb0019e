/**
 * What a report of 200 secrets, 300 principals and 90 days takes: `npm run bench:report [-- FILE]`, which keeps the page
 * as FILE.
 */

import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { reportHtml } from '../functions/core/format/report-html/report-html.ts';
import { logReport } from '../functions/core/report/log-report.ts';
import { judgedOrganisation } from '../test/support/judged-organisation.ts';

const [file] = process.argv.slice(2);
const began = performance.now();
const input = await judgedOrganisation({ seed: 7 });
const judged = performance.now();
const report = logReport(input);
const built = performance.now();
const page = reportHtml(report);
const written = performance.now();
const seconds = (from: number, to: number): string => `${((to - from) / 1000).toFixed(2)} s`;
const bytes = Buffer.byteLength(page);
process.stdout.write(
  `${report.secrets.length} secrets, ${report.readers} readers, ${input.events.length} events, ${report.incidents.length} incidents
generate, read and judge: ${seconds(began, judged)} (before the report)
build the report:         ${seconds(judged, built)}
write the page:           ${seconds(built, written)}
size of the page:         ${(bytes / 1e6).toFixed(2)} MB
`,
);
if (file) writeFileSync(file, page);
if (written - judged > 5_000 || bytes > 3e6) {
  process.stderr.write('More than 5 s or 3 MB.\n');
  process.exitCode = 1;
}
