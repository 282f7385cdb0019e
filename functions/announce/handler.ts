import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import pMap from 'p-map';
import { readStreamRecord, type StreamChange } from '../adapters/stream-records.ts';
import { absorb } from '../core/announcing/absorb.ts';
import { tellingFindings } from '../core/announcing/announce-incident.ts';
import { type DeliverPorts, deliverIncident } from '../core/announcing/deliver.ts';
import { changeOf } from '../core/announcing/news.ts';
import { routeOf } from '../core/announcing/route.ts';
import type { Sign } from '../core/announcing/sign.ts';
import type { Target } from '../core/announcing/targets.ts';
import type { Finding } from '../core/model/finding.ts';
import type { Settings } from '../core/model/settings.ts';
import { actorKey } from '../core/normalise/guardduty.ts';
import type { Clock, IncidentBook, IncidentStore, RelatedFindings } from '../core/ports.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import type { Log } from '../middleware/logger.ts';
import type { Measure } from '../middleware/metrics.ts';

export interface AnnounceDependencies extends DeliverPorts {
  readonly settings: Settings;
  readonly targets: ReadonlyMap<string, Target>;
  readonly incidents: IncidentBook & Pick<IncidentStore, 'findingsOf'>;
  readonly related: Pick<RelatedFindings, 'about'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly measure: Measure;
}

/** With the incidents that it changes, a chunk must fit into one transaction of 100 items. */
const findingsTogether = 15;
const incidentsAtOnce = 5;
/** What others say is no more than a hint. */
const relatedShown = 5;
const hourMs = 3_600_000;

type IncidentChange = Extract<StreamChange, { kind: 'incident' }>;
type Numbered<Content> = { readonly index: number; readonly content: Content };

/**
 * Puts findings of the table's stream into incidents, which come back by the stream, and tells what is new about these.
 * Everything of a batch is tried; what comes after the first record that failed is delivered again, which does no harm.
 */
export const createHandler = (dependencies: AnnounceDependencies) => {
  const { log, measure } = dependencies;

  return async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    // So that a graph shows nothing sent apart from nothing known.
    measure('Announcements', 0);
    const failures = new Map<number, unknown>();
    const signs: Numbered<Sign>[] = [];
    const changes: Numbered<IncidentChange>[] = [];
    Records.forEach((record, index) => {
      try {
        const change = readStreamRecord(record);
        if (change.kind === 'finding') signs.push({ index, content: change.sign });
        else changes.push({ index, content: change });
      } catch (error) {
        failures.set(index, error);
      }
    });
    for (let at = 0; at < signs.length; at += findingsTogether) {
      await absorbTogether(signs.slice(at, at + findingsTogether), failures, dependencies);
    }
    const byIncident = Map.groupBy(changes, ({ content }) => content.after.record.incident.id);
    await pMap(byIncident.values(), (group) => tellInOrder(group, failures, dependencies), {
      concurrency: incidentsAtOnce,
    });
    return responseTo(Records, failures, log);
  };
};

/** One finding that fails must not hold up those that came with it. */
async function absorbTogether(
  signs: readonly Numbered<Sign>[],
  failures: Map<number, unknown>,
  dependencies: AnnounceDependencies,
): Promise<void> {
  const { incidents, settings, clock, log } = dependencies;
  const findings = signs.map(({ content }) => content);
  const options = { minimumSeverity: settings.notify.minimumSeverity, now: clock.now() };
  try {
    const written = await incidents.absorb(findings, (nearby) => absorb(findings, nearby, options));
    log.info('Findings put into incidents', {
      findings: written.signs.length,
      incidents: written.incidents.map(({ record }) => record.incident.id),
    });
  } catch (error) {
    const [first] = signs;
    if (signs.length === 1 && first) failures.set(first.index, error);
    else for (const sign of signs) await absorbTogether([sign], failures, dependencies);
  }
}

async function tellInOrder(
  changes: readonly Numbered<IncidentChange>[],
  failures: Map<number, unknown>,
  dependencies: AnnounceDependencies,
): Promise<void> {
  for (const { index, content } of changes) {
    try {
      await tell(content, dependencies);
    } catch (error) {
      failures.set(index, error);
      return;
    }
  }
}

async function tell({ before, after }: IncidentChange, dependencies: AnnounceDependencies): Promise<void> {
  const { settings, targets, incidents, log } = dependencies;
  const change = changeOf(before, after);
  const hears = ({ way }: Target): boolean => change !== 'silent' || way.kind === 'slack-bot';
  if (after.told.count === 0 || ![...targets.values()].some(hears)) return;
  const { incident, revision } = after.record;
  const signs = await incidents.signsOf(incident);
  const names = routeOf(
    after,
    signs.map(({ finding }) => finding),
    settings,
    targets,
  );
  const to = names.flatMap((name) => targets.get(name) ?? []);
  if (!to.some(hears)) return;
  const findings = await incidents.findingsOf({ ...incident, findings: tellingFindings(incident) });
  const related = await relatedTo(findings, dependencies);
  const { accounts } = settings;
  const told = { before, after, change, findings, related, accounts };
  const sent = await deliverIncident(told, to, dependencies);
  log.info('Incident announced', { incidentId: incident.id, revision, change, targets: names, sent });
}

/** What other products said of the same identities, a day before it began to a day after its end. */
async function relatedTo(findings: readonly Finding[], { related }: AnnounceDependencies) {
  const times = findings.flatMap(({ firstSeen, lastSeen }) =>
    [firstSeen, lastSeen].flatMap((time) => time ?? []),
  );
  if (times.length === 0) return [];
  const moments = times.map(Date.parse);
  const from = Math.min(...moments) - 24 * hourMs;
  const to = Math.max(...moments) + 24 * hourMs;
  const actors = new Set(findings.flatMap(({ actor }) => (actor ? actorKey(actor) : [])));
  const found = await Promise.all([...actors].map((actor) => related.about(actor, from, to)));
  return found.flat().slice(0, relatedShown);
}

function responseTo(
  records: readonly DynamoDBRecord[],
  failures: ReadonlyMap<number, unknown>,
  log: Log,
): DynamoDBBatchResponse {
  const [first] = [...failures].sort(([a], [b]) => a - b);
  if (!first) return { batchItemFailures: [] };
  for (const [index, error] of failures) {
    const sequenceNumber = records[index]?.dynamodb?.SequenceNumber;
    log.error('A record of the stream could not be announced', {
      code: codeOf(error),
      reason: messageOf(error),
      sequenceNumber,
    });
  }
  const [index, error] = first;
  const itemIdentifier = records[index]?.dynamodb?.SequenceNumber;
  if (itemIdentifier === undefined) throw error;
  return { batchItemFailures: [{ itemIdentifier }] };
}
