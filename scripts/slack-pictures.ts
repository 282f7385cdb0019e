/**
 * Draws messages as Slack shows their blocks, for the README and docs/alerts.md: docs/images/slack-*.png.
 *
 *     node scripts/slack-pictures.ts [path of a Chromium]
 */
import { join } from 'node:path';
import type { KnownBlock } from '@slack/types';
import { formatSlack } from '../functions/core/format/slack.ts';
import { startBrowser } from '../test/support/browser.ts';
import { alertSamples } from './alert-samples.ts';
import { pictured } from './alerts-page.ts';

const style = `
  body { margin: 0; background: #fff; font: 15px/1.46 Lato, "Helvetica Neue", Arial, sans-serif; color: #1d1c1d; }
  main { width: 680px; padding: 16px 20px; display: grid; grid-template-columns: 44px 1fr; gap: 8px; }
  .app { width: 36px; height: 36px; border-radius: 8px; background: #4a154b; color: #fff; font: 700 18px/36px sans-serif; text-align: center; }
  .name { font-weight: 900; } .badge { font-size: 10px; background: #eee; color: #616061; border-radius: 2px; padding: 1px 3px; }
  .time { color: #616061; font-size: 12px; }
  h1 { font-size: 18px; line-height: 1.33; margin: 6px 0; font-weight: 900; white-space: pre-wrap; }
  .section { margin: 6px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
  .fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 16px; }
  .context { margin: 8px 0; font-size: 13px; color: #616061; white-space: pre-wrap; overflow-wrap: anywhere; }
  code { font: 12px/1.5 Menlo, "DejaVu Sans Mono", monospace; color: #e01e5a; background: #f8f8f8; border: 1px solid #ddd; border-radius: 3px; padding: 1px 3px; }
  pre { font: 12px/1.5 Menlo, "DejaVu Sans Mono", monospace; background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; padding: 8px; margin: 4px 0; white-space: pre-wrap; }
  button { font: 700 13px/1 Lato, Arial, sans-serif; background: #fff; border: 1px solid #bbb; border-radius: 4px; padding: 8px 12px; margin: 4px 8px 4px 0; }
  a { color: #1264a3; text-decoration: none; }`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Slack's mrkdwn has its entities escaped already; what is left between angle brackets is a link. */
const formatted = (text: string): string =>
  text
    .replace(/<([^|>]+)\|([^>]+)>/g, '<a href="$1">$2</a>')
    .replace(/```([^`]*)```/g, '<pre>$1</pre>')
    .replace(/`([^`\n]+)`/g, '<code>$1</code>')
    .replace(/(^|\n)\*([^*\n]+)\*/g, '$1<b>$2</b>');

function htmlOf(block: KnownBlock): string {
  switch (block.type) {
    case 'header':
      return `<h1>${escaped(block.text.text)}</h1>`;
    case 'section':
      return [
        ...(block.text ? [`<div class="section">${formatted(block.text.text)}</div>`] : []),
        ...(block.fields
          ? [
              `<div class="section fields">${block.fields.map(({ text }) => `<div>${formatted(text)}</div>`).join('')}</div>`,
            ]
          : []),
      ].join('');
    case 'context':
      return `<div class="context">${block.elements.map((each) => ('text' in each ? formatted(each.text ?? '') : '')).join(' ')}</div>`;
    case 'actions':
      return block.elements
        .map((each) => ('text' in each && each.text ? `<button>${escaped(each.text.text)}</button>` : ''))
        .join('');
    default:
      throw new Error(`No drawing of ${block.type}`);
  }
}

const [executablePath] = process.argv.slice(2);
const browser = await startBrowser(executablePath);
try {
  const page = await browser.newPage({ deviceScaleFactor: 1.5 });
  for (const { name, announcement } of alertSamples) {
    if (!pictured.has(name)) continue;
    const { blocks } = formatSlack(announcement, { buttons: true });
    await page.setContent(
      `<!doctype html><meta charset="utf-8"><style>${style}</style><main><div class="app">S</div><div><span class="name">secrets-audit</span> <span class="badge">APP</span> <span class="time">02:18</span>${blocks.map(htmlOf).join('')}</div></main>`,
    );
    const path = join(import.meta.dirname, `../docs/images/slack-${name}.png`);
    await page.locator('main').screenshot({ path });
    console.log(`written: docs/images/slack-${name}.png`);
  }
} finally {
  await browser.close();
}
