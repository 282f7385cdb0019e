import { absorb } from '../functions/core/announcing/absorb.ts';
import { deliverIncident } from '../functions/core/announcing/deliver.ts';
import { createMemoryIncidentStore } from '../functions/core/announcing/memory-incident-store.ts';
import {
  createMemoryDigestStates,
  createMemoryHeldMessages,
  createMemoryMessageSlots,
} from '../functions/core/announcing/memory-message-stores.ts';
import { changeOf } from '../functions/core/announcing/news.ts';
import { routeOf } from '../functions/core/announcing/route.ts';
import { sendDigestsTo } from '../functions/core/announcing/send-digests.ts';
import { signOf } from '../functions/core/announcing/sign.ts';
import { targetsOf } from '../functions/core/announcing/targets.ts';
import { createContracts } from '../functions/core/contracts/contracts.ts';
import { judge } from '../functions/core/engine/judge.ts';
import {
  createMemoryFindingStore,
  createMemoryHistoryStore,
  createMemoryWindowStore,
} from '../functions/core/engine/memory-stores.ts';
import type { AccessEvent } from '../functions/core/model/access-event.ts';
import type { Announcement } from '../functions/core/model/announcement.ts';
import type { Settings } from '../functions/core/model/settings.ts';
import { normaliseCloudTrail } from '../functions/core/normalise/cloudtrail.ts';
import type { StoredFinding, StoredIncident } from '../functions/core/ports.ts';
import type { EvaluatedData } from './evaluated-data.ts';

/** A message that a channel got. */
export interface SentMessage {
  /** Milliseconds, event time. */
  readonly at: number;
  readonly kind: 'digest' | 'incident';
  readonly what: string;
  /** Events of its incident. */
  readonly eventIds: readonly string[];
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The batching window of watch. */
const batchMs = 20_000;
/** Of the settings; more often than a digest can be due. */
const digestEveryMs = hourMs;

/**
 * Lets the suite judge one organisation, in the batches in which `watch` would get its events, and tells what one channel
 * hears after the quiet period, with the settings as they come. In that period everything is delivered an hour at a time,
 * to learn from.
 */
export async function messagesOf(data: EvaluatedData): Promise<readonly SentMessage[]> {
  const channel = createChannel(data);
  for (let day = 0; day < data.days; day += 1) {
    const isQuiet = day < data.quietDays;
    const events = data.recordsOf(day).flatMap((record) => normaliseCloudTrail(record) ?? []);
    const size = isQuiet ? hourMs : batchMs;
    for (const batch of Map.groupBy(events, ({ time }) => Math.floor((time ?? 0) / size)).values()) {
      await channel.deliver(batch, isQuiet);
    }
  }
  return channel.sent;
}

function createChannel({ settings: given, inventory, startsAt, quietDays }: EvaluatedData) {
  const settings: Settings = { ...given, notify: { ...given.notify, email: ['channel@example.com'] } };
  const targets = targetsOf(settings);
  const channel = [...targets.values()].find(({ name }) => name === 'email');
  if (!channel) throw new RangeError('the settings have no channel');
  const contracts = createContracts(settings, inventory);
  const engine = {
    windows: createMemoryWindowStore({ forgets: true }),
    findings: createMemoryFindingStore(),
    history: createMemoryHistoryStore(startsAt),
  };
  const incidents = createMemoryIncidentStore();
  const messages = { slots: createMemoryMessageSlots(), held: createMemoryHeldMessages() };
  const digests = { settings, targets, incidents, held: messages.held, states: createMemoryDigestStates() };
  const sent: SentMessage[] = [];
  let now = startsAt;
  let lastDigest = startsAt + quietDays * dayMs;

  const send = async (announcement: Announcement) => {
    if (announcement.kind === 'test') return;
    const isDigest = announcement.kind === 'digest';
    sent.push({
      at: now,
      kind: announcement.kind,
      what: isDigest
        ? `${announcement.because}: ${announcement.sections.map(({ title, entries, more }) => `${entries.length + more} ${title}`).join(', ')}`
        : `${announcement.change} ${announcement.record.incident.severity}: ${announcement.record.incident.title}`,
      eventIds: isDigest ? [] : announcement.record.incident.evidence,
    });
  };

  const tell = async (changed: readonly StoredFinding[]) => {
    const signs = changed.map(signOf);
    const before = new Map<string, StoredIncident>();
    const options = { minimumSeverity: settings.notify.minimumSeverity, now };
    const written = await incidents.absorb(signs, (nearby) => {
      for (const each of nearby.incidents) before.set(each.record.incident.id, each);
      return absorb(signs, nearby, options);
    });
    for (const after of written.incidents) {
      const was = before.get(after.record.incident.id);
      const change = changeOf(was, after);
      if (after.told.count === 0 || change === 'silent') continue;
      const findings = (await incidents.signsOf(after.record.incident)).map(({ finding }) => finding);
      if (!routeOf(after, findings, settings, targets).includes(channel.name)) continue;
      const told = { before: was, after, change, findings, related: [], accounts: settings.accounts };
      await deliverIncident(told, [channel], { ...messages, send });
    }
  };

  return {
    sent,
    async deliver(events: readonly AccessEvent[], isQuiet: boolean): Promise<void> {
      now = events.at(-1)?.time ?? now;
      const changed = await judge(events, { settings, contracts, ...engine });
      if (isQuiet) return;
      while (lastDigest + digestEveryMs <= now) {
        lastDigest += digestEveryMs;
        await sendDigestsTo(channel, { ...digests, send }, lastDigest);
      }
      if (changed.length > 0) await tell(changed);
    },
  };
}
