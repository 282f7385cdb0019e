import type { Finding } from '../../model/finding.ts';
import type { Incident } from '../../model/incident.ts';
import type { Report, ReportedIncident } from '../../model/report.ts';
import { gravestAmong, isAtLeast } from '../../model/severity.ts';
import { plural } from '../../phrases.ts';
import { isTold } from '../../report/report-changes.ts';
import { originName } from '../finding-text.ts';
import { identityName, moment, moreNote, section, severityBadge, someNames, table } from './elements.ts';
import { html, type Markup, name } from './markup.ts';

const storiesShown = 120;
const rowsShown = 250;
const namesShown = 4;
const reasonsShown = 4;
const momentsShown = 12;
const idsShown = 5;

/** @param index among all incidents of the report, the gravest first */
export const incidentAnchor = (index: number): string => `incident-${index + 1}`;

/** The gravest as stories, milder ones in a table. */
export function incidentsSection(report: Report, id: string, title: string): Markup {
  const findings = new Map(report.findings.map((finding) => [finding.id, finding]));
  const told = report.incidents.filter(isTold);
  const milder = report.incidents.filter(({ severity }) => severity === 'low');
  const counted = report.incidents.length - told.length - milder.length;
  return section(
    id,
    title,
    report.incidents.length === 0 && html`<p>None.</p>`,
    told.slice(0, storiesShown).map((incident, index) =>
      story(
        incident,
        index,
        incident.findings.flatMap((each) => findings.get(each) ?? []),
      ),
    ),
    told.length > storiesShown && moreNote(told.length - storiesShown),
    milder.length > 0 &&
      html`<h3>Milder ones</h3>${table({
        caption: `${plural(milder.length, 'incident')} of severity low`,
        limit: rowsShown,
        rows: milder,
        columns: [
          { head: 'What', cell: (incident) => incident.title, kind: 'prose' },
          { head: 'First seen', cell: ({ firstSeen }) => moment(firstSeen) },
          {
            head: 'Secrets',
            cell: ({ secrets }) =>
              someNames(
                secrets.map((each) => name(each, 60)),
                2,
              ),
          },
        ],
      })}`,
    counted > 0 &&
      html`<p class="note">${plural(counted, 'incident')} of severity info: in the JSON and the tables only.</p>`,
  );
}

function story(incident: ReportedIncident, index: number, findings: readonly Finding[]): Markup {
  const gravest = gravestAmong(findings);
  const grave = findings.filter(({ severity }) => isAtLeast(severity, 'low'));
  const owners = [...new Set(findings.flatMap(({ owner }) => owner ?? []))];
  const suppressed = findings.flatMap(({ suppressed: by }) => by ?? [])[0];
  return html`<article id="${incidentAnchor(index)}" aria-labelledby="${incidentAnchor(index)}-title">
<h3 id="${incidentAnchor(index)}-title">${severityBadge(incident.severity)} ${incident.title}</h3>
<dl class="facts">
<dt>When</dt><dd>${moment(incident.firstSeen)}${incident.lastSeen !== incident.firstSeen && html` to ${moment(incident.lastSeen)}`}</dd>
<dt>Who</dt><dd>${
    incident.actors.length === 0
      ? 'not named'
      : someNames(
          incident.actors.map((each) => identityName(each)),
          namesShown,
        )
  }</dd>
<dt>From</dt><dd>${origins(findings)}</dd>
<dt>Secrets</dt><dd>${
    incident.secrets.length === 0
      ? 'several, or none by name'
      : someNames(
          incident.secrets.map((each) => name(each)),
          namesShown,
        )
  }</dd>
${
  owners.length > 0 &&
  html`<dt>Owner</dt><dd>${someNames(
    owners.map((each) => name(each)),
    namesShown,
  )}</dd>`
}
${incident.handling && handlingOf(incident.handling)}
${suppressed && html`<dt>Suppressed</dt><dd>by ${name(suppressed.id)} (${name(suppressed.owner)}) until ${moment(suppressed.until)}</dd>`}
</dl>
${incident.stages.length > 1 && timeline(incident)}
<h4>Why this is said</h4>
<ul>${[...new Set([incident.because, ...grave.map(({ explanation }) => explanation)])]
    .filter((each) => each !== undefined)
    .slice(0, reasonsShown)
    .map((reason) => html`<li>${reason}</li>`)}</ul>
<h4>What to do</h4>
<ol>${(gravest?.advice ?? '').split('\n').map((step) => html`<li>${step}</li>`)}</ol>
<p class="note">${incident.id}. ${incident.detectors.join(', ')}${attackOf(findings)}. Events: ${someNames(
    incident.evidence.map((each) => html`<code>${name(each, 60)}</code>`),
    idsShown,
  )}</p>
</article>
`;
}

function handlingOf({ status, acknowledged, snoozed }: NonNullable<ReportedIncident['handling']>): Markup {
  const said = snoozed ?? acknowledged;
  const word = status === 'open' ? (snoozed ? 'snoozed' : acknowledged ? 'acknowledged' : 'open') : status;
  return html`<dt>Status</dt><dd>${word}${
    said &&
    html` by ${name(said.by, 60)}, ${moment(said.at)}: ${said.reason}${said.until !== undefined && html` (until ${moment(said.until)})`}`
  }</dd>`;
}

const timeline = ({ stages }: Incident): Markup =>
  html`<ol class="timeline" aria-label="Timeline">${stages
    .slice(0, momentsShown)
    .map(
      ({ stage, at, title }) => html`<li>${moment(at)} <span class="stage">${stage}</span> ${title}</li>`,
    )}${stages.length > momentsShown && html`<li>and ${stages.length - momentsShown} more</li>`}</ol>`;

function origins(findings: readonly Finding[]): Markup {
  const places = [...new Set(findings.flatMap(({ origins: of }) => of.map(originName)))];
  return places.length === 0
    ? html`not in the log`
    : someNames(
        places.map((each) => name(each)),
        namesShown,
      );
}

const attackOf = (findings: readonly Finding[]): string => {
  const ids = [...new Set(findings.flatMap(({ attack }) => attack.map(({ id }) => id)))];
  return ids.length > 0 ? `. MITRE ATT&CK ${ids.join(', ')}` : '';
};
