/**
 * Pictures of the report of a simulated organisation: `npm run screenshots` writes those that the documentation shows to
 * docs/images, `npm run screenshots -- FOLDER` each section in light and dark, to look at.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { reportHtml } from '../functions/core/format/report-html/report-html.ts';
import { logReport } from '../functions/core/report/log-report.ts';
import { startBrowser } from '../test/support/browser.ts';
import { aMonthEarlier, judgedOrganisation } from '../test/support/judged-organisation.ts';

const shown = ['summary-light', 'incidents-dark', 'readers-light', 'activity-dark', 'rotation-light'];
const width = 1240;
const highest = 900;

const [folder] = process.argv.slice(2);
const target = folder ?? fileURLToPath(new URL('../docs/images', import.meta.url));
mkdirSync(target, { recursive: true });

const temporary = mkdtempSync(join(tmpdir(), 'secrets-audit-screenshots-'));
const file = join(temporary, 'report.html');
const input = await judgedOrganisation({ seed: 7 });
writeFileSync(file, reportHtml(logReport({ ...input, before: aMonthEarlier(logReport(input)) })));
const browser = await startBrowser();
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: highest } });
    const page = await context.newPage();
    await page.goto(pathToFileURL(file).href);
    for (const section of await page.locator('main > section').all()) {
      const picture = `${await section.getAttribute('id')}-${colorScheme}`;
      const box = await section.boundingBox();
      if (!box || (folder === undefined && !shown.includes(picture))) continue;
      await page.screenshot({
        path: join(target, `report-${picture}.png`),
        fullPage: true,
        clip: { x: 0, y: box.y, width, height: Math.min(box.height + 8, highest) },
      });
      console.log(`written: report-${picture}.png`);
    }
    await context.close();
  }
} finally {
  await browser.close();
  rmSync(temporary, { recursive: true });
}
