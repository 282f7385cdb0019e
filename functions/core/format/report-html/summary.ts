import type { Report, ReportedIncident } from '../../model/report.ts';
import { severities } from '../../model/severity.ts';
import { type Verdict, verdictKinds } from '../../model/verdict.ts';
import { plural } from '../../phrases.ts';
import { isTold } from '../../report/report-changes.ts';
import { figureOf, moment, section, severityBadge, verdictMark } from './elements.ts';
import { incidentAnchor } from './incidents.ts';
import { html, type Markup } from './markup.ts';

const firstShown = 5;

const meanings: Readonly<Record<Verdict['verdict'], string>> = {
  clean: 'nothing found, and nothing known to be missing',
  findings: 'at least one finding of severity low or above',
  'cannot know': 'nothing found, but something is missing to say that nothing is wrong',
};

/** The verdict first: what a reader needs who reads nothing else. */
export const summarySection = (report: Report, id: string, title: string): Markup =>
  section(
    id,
    title,
    html`<ul class="tiles">${verdictKinds.map(
      (kind) =>
        html`<li class="${kind.replace(' ', '-')}"><strong>${figureOf(
          report.secrets.filter(({ verdict }) => verdict === kind).length,
        )}</strong>${verdictMark(kind)}<br><span class="quiet">${meanings[kind]}</span></li>`,
    )}</ul>
<dl class="facts">
<dt>Incidents</dt><dd>${incidentCounts(report)}</dd>
<dt>Evidence</dt><dd>${evidence(report)}</dd>
<dt>Period</dt><dd>${moment(report.period.from)} to ${moment(report.period.to)}</dd>
<dt>Readers</dt><dd>${plural(report.readers, 'identity').replace(/identitys$/, 'identities')} read a value, ${report.people} of them people</dd>
<dt>Rotation</dt><dd>${rotation(report)}</dd>
</dl>
${firstIncidents(report)}`,
  );

function incidentCounts({ incidents }: Report): Markup {
  if (incidents.length === 0) return html`none`;
  return html`${severities.toReversed().map((severity) => {
    const count = incidents.filter((incident) => incident.severity === severity).length;
    return count > 0 && html`${severityBadge(severity)} ${count} &nbsp; `;
  })}`;
}

function evidence({ coverage: { percent }, reading }: Report): Markup {
  const share = percent === null ? 'its hours are not known' : `${percent} % of hours without a known gap`;
  const unread = reading?.unreadable.length ?? 0;
  return html`${share}${unread > 0 && html`. <strong>Incomplete: ${plural(unread, 'thing')} could not be read.</strong>`} (<a href="#evidence">the evidence</a>)`;
}

function rotation({ rotation: rows }: Report): Markup {
  const count = (standing: string) => rows.filter((row) => row.standing === standing).length;
  return html`${count('overdue')} overdue, ${count('due soon')} due soon, ${count('not known')} not known (<a href="#rotation">rotation</a>)`;
}

/** Somebody has said what is to be said of it. */
function isLookedAfter({ handling }: ReportedIncident, now: string): boolean {
  if (!handling) return false;
  const { status, acknowledged, snoozed } = handling;
  return status !== 'open' || acknowledged !== null || (snoozed?.until ?? '') > now;
}

function firstIncidents({ incidents, generatedAt }: Report): Markup | false {
  const told = incidents
    .map((incident, index) => ({ incident, index }))
    .filter(({ incident }) => isTold(incident) && !isLookedAfter(incident, generatedAt));
  return (
    told.length > 0 &&
    html`<h3>Look at these first</h3>
<ul>${told
      .slice(0, firstShown)
      .map(
        ({ incident, index }) =>
          html`<li>${severityBadge(incident.severity)} <a href="#${incidentAnchor(index)}">${incident.title}</a> <span class="quiet">${moment(incident.firstSeen)}</span></li>`,
      )}</ul>
${told.length > firstShown && html`<p class="note">And ${told.length - firstShown} more under <a href="#incidents">incidents</a>.</p>`}`
  );
}
