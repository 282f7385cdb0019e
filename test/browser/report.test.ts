import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { reportHtml } from '../../functions/core/format/report-html/report-html.ts';
import { logReport } from '../../functions/core/report/log-report.ts';
import { browserMissing, startBrowser } from '../support/browser.ts';
import { hostile } from '../support/findings.ts';
import { aMonthEarlier, judgedOrganisation } from '../support/judged-organisation.ts';
import { report } from '../support/reports.ts';

// The page is large, and axe looks at each of its elements.
jest.setTimeout(180_000);

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const schemes = ['light', 'dark'] as const;

const whereBrowserIs = browserMissing ? describe.skip : describe;

whereBrowserIs(
  `the report of 200 secrets, 300 principals and 90 days${browserMissing ? ` (skipped: ${browserMissing})` : ''}`,
  () => {
    let browser: Browser;
    let folder: string;
    let file: string;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'secrets-audit-report-'));
      file = join(folder, 'report.html');
      const input = await judgedOrganisation({ seed: 7 });
      const before = aMonthEarlier(logReport(input));
      const began = performance.now();
      writeFileSync(file, reportHtml(logReport({ ...input, before })));
      // The judgement before is that of `audit`.
      expect(performance.now() - began).toBeLessThan(5_000);
      browser = await startBrowser();
    });
    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true });
    });

    const open = async (options: BrowserContextOptions = {}, path = file) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      const heard: string[] = [];
      page.on('console', (message) => heard.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
      page.on('request', (request) => heard.push(`request: ${request.url().slice(0, 200)}`));
      const url = pathToFileURL(path).href;
      await page.goto(url);
      return { page, heard, own: [`request: ${url}`], [Symbol.asyncDispose]: () => context.close() };
    };

    it('is below 3 MB', () => {
      expect(readFileSync(file).length).toBeLessThan(3_000_000);
    });

    it.each(schemes)(
      'opens from disk in %s without a request, a word in the console or a bar at the side',
      async (colorScheme) => {
        await using opened = await open({ colorScheme });
        expect(opened.heard).toEqual(opened.own);
        expect(await opened.page.locator('main > section').count()).toBe(9);
        expect(await opened.page.locator('svg').count()).toBeGreaterThanOrEqual(5);
        expect(await widthBeyond(opened.page)).toBe(0);
      },
    );

    it('fits a telephone', async () => {
      await using opened = await open({ viewport: { width: 390, height: 800 } });
      expect(await widthBeyond(opened.page)).toBe(0);
    });

    it('shows the same without JavaScript', async () => {
      await using plain = await open({ javaScriptEnabled: false });
      await using scripted = await open();
      const [withoutScript, withScript] = [
        await plain.page.screenshot({ fullPage: true }),
        await scripted.page.screenshot({ fullPage: true }),
      ];
      expect(withoutScript.equals(withScript)).toBe(true);
    });

    it.each(schemes)('axe finds nothing serious or critical in %s', async (colorScheme) => {
      // Its own policy forbids every script, so that axe needs a way around it.
      await using opened = await open({ colorScheme, bypassCSP: true });
      expect(await violations(opened.page)).toEqual([]);
    });

    it('has headings in order and can be used by keys', async () => {
      await using opened = await open();
      const levels = await opened.page
        .locator('h1,h2,h3,h4')
        .evaluateAll((headings) => headings.map(({ tagName }) => Number(tagName.slice(1))));
      expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
      await opened.page.keyboard.press('Tab');
      expect(await opened.page.locator(':focus').textContent()).toBe('To the report');
      await opened.page.keyboard.press('Enter');
      expect(opened.page.url()).toContain('#main');
    });

    it('prints, with page breaks and light', async () => {
      await using opened = await open({ colorScheme: 'dark' });
      const pdf = await opened.page.pdf({ format: 'A4' });
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      await opened.page.emulateMedia({ media: 'print' });
      // A4 across, without its margins.
      await opened.page.setViewportSize({ width: 1030, height: 700 });
      expect(await widthBeyond(opened.page)).toBe(0);
      expect(await opened.page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
        'rgb(255, 255, 255)',
      );
      expect(await opened.page.locator('nav').isVisible()).toBe(false);
    });

    it('hostile text runs nothing and moves nothing', async () => {
      const path = join(folder, 'hostile.html');
      const told = report();
      writeFileSync(
        path,
        reportHtml({
          ...told,
          incidents: told.incidents.map((incident) => ({ ...incident, title: hostile, actors: [hostile] })),
          secrets: told.secrets.map((row) => ({
            ...row,
            secret: { ...row.secret, name: hostile },
            owner: hostile,
          })),
          access: told.access.map((row) => ({
            ...row,
            secret: { ...row.secret, name: hostile },
            principal: hostile,
          })),
          rotation: told.rotation.map((row) => ({ ...row, secret: { ...row.secret, name: hostile } })),
        }),
      );
      await using opened = await open({ bypassCSP: true }, path);
      expect(opened.heard).toEqual(opened.own);
      expect(await opened.page.locator('script').count()).toBe(1);
      expect(await widthBeyond(opened.page)).toBe(0);
      expect(await violations(opened.page)).toEqual([]);
    });
  },
);

/** Pixels by which a page is wider than its window. */
const widthBeyond = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
  const { violations: found } = await page.evaluate<AxeResults>('axe.run()');
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
}
