import { createContracts } from '../functions/core/contracts/contracts.ts';
import { buildIncidents } from '../functions/core/engine/incidents.ts';
import { judge } from '../functions/core/engine/judge.ts';
import {
  createMemoryFindingStore,
  createMemoryHistoryStore,
  createMemoryWindowStore,
} from '../functions/core/engine/memory-stores.ts';
import type { AccessEvent } from '../functions/core/model/access-event.ts';
import type { Finding } from '../functions/core/model/finding.ts';
import type { EvaluatedData } from './evaluated-data.ts';
import { measuredIncidents, type Revision } from './incident-steps.ts';
import type { MeasuredIncident } from './measured.ts';

/** Events of an hour are delivered together, so that a time to detect is right to the hour and never too short. */
const deliveryMs = 3_600_000;

export interface Judgement {
  readonly incidents: readonly MeasuredIncident[];
  readonly findings: readonly Finding[];
}

/** Judges one organisation day by day, as the suite would. */
export interface OwnJudging {
  /** @param events of one day, in order of time */
  deliver(events: readonly AccessEvent[]): Promise<void>;
  finish(): Judgement;
}

/** Nothing is missing since the data begins: the suite knows how young its history is. */
export function createOwnJudging({
  settings,
  inventory,
  startsAt,
}: Pick<EvaluatedData, 'settings' | 'inventory' | 'startsAt'>): OwnJudging {
  const contracts = createContracts(settings, inventory);
  const stores = {
    windows: createMemoryWindowStore({ forgets: true }),
    findings: createMemoryFindingStore(),
    history: createMemoryHistoryStore(startsAt),
  };
  const revisions: Revision[] = [];
  const known = new Map<string, Set<string>>();

  const deliverTogether = async (events: readonly AccessEvent[]) => {
    const changed = await judge(events, { settings, contracts, ...stores });
    const now = events.at(-1)?.time ?? startsAt;
    for (const { finding } of changed) {
      const seen = known.get(finding.id) ?? new Set();
      known.set(finding.id, seen);
      const eventIds = finding.evidence.filter((id) => !seen.has(id));
      for (const id of eventIds) seen.add(id);
      revisions.push({
        findingId: finding.id,
        at: finding.lastSeen === null ? now : Date.parse(finding.lastSeen),
        severity: finding.severity,
        isWithdrawn: finding.status === 'withdrawn',
        eventIds,
      });
    }
  };

  return {
    async deliver(events) {
      const batches = Map.groupBy(events, ({ time }) => Math.floor((time ?? startsAt) / deliveryMs));
      for (const batch of batches.values()) await deliverTogether(batch);
    },
    finish() {
      const findings = stores.findings
        .all()
        .map(({ finding }) => finding)
        .filter(({ status }) => status === 'open');
      return { incidents: measuredIncidents(findings, revisions, buildIncidents), findings };
    },
  };
}
