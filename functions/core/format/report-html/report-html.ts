import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Report } from '../../model/report.ts';
import { activitySection } from './activity.ts';
import { changesSection } from './changes.ts';
import { moment } from './elements.ts';
import { embeddedSummary } from './embedded-summary.ts';
import { evidenceSection } from './evidence.ts';
import { incidentsSection } from './incidents.ts';
import { html, Markup } from './markup.ts';
import { permittedSection } from './permitted.ts';
import { readersSection } from './readers.ts';
import { rotationSection } from './rotation.ts';
import { secretsSection } from './secrets.ts';
import { style } from './style.ts';
import { summarySection } from './summary.ts';

const contents = [
  ['summary', 'Verdict', summarySection],
  ['changes', 'What changed', changesSection],
  ['incidents', 'Incidents', incidentsSection],
  ['secrets', 'Secrets', secretsSection],
  ['readers', 'Who reads what', readersSection],
  ['activity', 'When', activitySection],
  ['rotation', 'Rotation', rotationSection],
  ['permitted', 'Suppressions and exceptions', permittedSection],
  ['evidence', 'The evidence', evidenceSection],
] as const;

/**
 * A report as one HTML file: no script, nothing to load, readable in light and dark, on paper and by a screen reader. Its
 * own policy forbids everything but its one style.
 */
export const reportHtml = (report: Report): string =>
  `<!doctype html>
${
  html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>Secrets audit, ${periodText(report)}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<a class="skip" href="#main">To the report</a>
<header>
<h1>Secrets audit</h1>
<p class="quiet">${periodText(report)}. Made ${moment(report.generatedAt)}. All times are UTC.</p>
<nav aria-label="Contents"><ul>${contents.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main id="main">
${contents.map(([id, title, content]) => content(report, id, title))}
</main>
<footer><p>Made by secrets-audit. It reads logs and metadata, never the value of a secret. This file loads nothing and runs nothing.</p></footer>
${embeddedSummary(report)}
</body>
</html>
`.text
}`;

const policy = `default-src 'none'; style-src 'sha256-${btoa(
  String.fromCharCode(...sha256(utf8ToBytes(style))),
)}'; base-uri 'none'; form-action 'none'`;

const day = (time: string): string =>
  new Date(time).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });

const periodText = ({ period: { from, to } }: Report): string =>
  from === null || to === null ? 'no time known' : `${day(from)} to ${day(to)}`;
