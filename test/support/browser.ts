import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const debians = '/usr/bin/chromium';

/** Why the browser tests are skipped, where they are. */
export const browserMissing = existsSync(debians)
  ? undefined
  : `${debians} is not there: install Debian's package chromium`;

/** Chromium that asks nobody anything by itself. */
export const startBrowser = (executablePath = debians): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
