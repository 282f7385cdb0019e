import { buildIncidents } from '../../functions/core/engine/incidents.ts';
import type { Finding } from '../../functions/core/model/finding.ts';
import { compareSeverity } from '../../functions/core/model/severity.ts';
import { measuredIncidents, type Revision } from '../incident-steps.ts';
import type { MeasuredIncident } from '../measured.ts';
import type { Peer } from './index.ts';
import { type PeerEvent, secretOf, stableActor } from './peer-event.ts';
import { type PeerAlert, watchWith } from './peer-rule.ts';

/** Alerts of one rule about one actor on one UTC day, as a finding: what our side makes of a detector's matches. */
interface Gathered {
  finding: Finding;
  readonly evidence: Set<string>;
}

export interface PeerJudging {
  /** @param event not before any earlier one */
  see(event: PeerEvent): void;
  finish(): readonly MeasuredIncident[];
}

/** Judges one organisation with a peer's rules, and groups their alerts into incidents as our findings are. */
export function createPeerJudging({ rules }: Peer): PeerJudging {
  const watch = watchWith(rules);
  const gathered = new Map<string, Gathered>();
  const revisions: Revision[] = [];

  const gather = (alert: PeerAlert) => {
    const [first] = alert.events;
    const actor = stableActor(first);
    const day = new Date(alert.time).toISOString().slice(0, 10);
    const id = [alert.rule, actor.account, actor.principal, day].join('|');
    const known = gathered.get(id);
    const current = known ?? { finding: findingOf(id, alert), evidence: new Set<string>() };
    gathered.set(id, current);
    for (const event of alert.events) current.evidence.add(event.id);
    const before = current.finding;
    const severity = compareSeverity(alert.severity, before.severity) > 0 ? alert.severity : before.severity;
    current.finding = { ...before, severity, lastSeen: new Date(alert.time).toISOString() };
    revisions.push({
      findingId: id,
      at: alert.time,
      severity,
      isWithdrawn: false,
      eventIds: alert.events.map((event) => event.id),
    });
  };

  return {
    see(event) {
      for (const alert of watch.see(event)) gather(alert);
    },
    finish() {
      const findings = [...gathered.values()].map(
        ({ finding, evidence }): Finding => ({ ...finding, evidence: [...evidence], count: evidence.size }),
      );
      return measuredIncidents(findings, revisions, buildIncidents);
    },
  };
}

function findingOf(id: string, { rule, severity, time, events }: PeerAlert): Finding {
  const [first] = events;
  const secret = events.length === 1 ? secretOf(first) : null;
  const { principal, kind, account } = stableActor(first);
  return {
    id,
    revision: 1,
    status: 'open',
    incident: null,
    detector: rule,
    severity,
    title: rule,
    explanation: '',
    secret,
    actor: { principal, kind, account },
    firstSeen: new Date(first.time).toISOString(),
    lastSeen: new Date(time).toISOString(),
    count: events.length,
    evidence: [],
    origins: [],
    agents: [],
    owner: null,
    impact: null,
    suppressed: null,
    links: { console: null, docs: '' },
    attack: [],
    advice: '',
  };
}
