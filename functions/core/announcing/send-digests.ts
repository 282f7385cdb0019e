import type { DigestAnnouncement } from '../model/announcement.ts';
import type { Settings } from '../model/settings.ts';
import type { DigestState, DigestStates, HeldMessages, IncidentBook, IncidentStore } from '../ports.ts';
import {
  digestOf,
  heldDigest,
  ownerSections,
  ownersWithTarget,
  type Period,
  targetSections,
} from './compose-digests.ts';
import { isDue, type Send } from './deliver.ts';
import { lastDue, periodOf } from './digest-schedule.ts';
import { routeOf } from './route.ts';
import { ownerTarget, type Target } from './targets.ts';

/** Entries of a digest of what was held; of more there are several, because nothing may be lost. */
const heldShown = 150;

export interface DigestPorts {
  readonly settings: Settings;
  readonly targets: ReadonlyMap<string, Target>;
  readonly incidents: IncidentStore & IncidentBook;
  readonly held: HeldMessages;
  readonly states: DigestStates;
  readonly send: Send;
}

/** @returns how many digests were sent to a target */
export async function sendDigestsTo(target: Target, ports: DigestPorts, now: number): Promise<number> {
  const { states } = ports;
  let sent = 0;
  const state = await states.read(target.name);
  if (state?.pending) sent += await sendPending(target, state.pending, ports);
  sent += await sendHeld(target, ports, now);
  const owner = ownersWithTarget(ports.settings, ports.targets).find(
    (each) => ownerTarget(each) === target.name,
  );
  sent += await sendScheduled(target, 'target', target.digest, ports, now, async (period) => ({
    because: target.digest.every === 'daily' ? 'daily' : 'weekly',
    owner: null,
    sections: targetSections(
      await untoldFor(target, ports, period),
      isNotify(target) ? ports.settings : { exceptions: [], suppressions: [] },
      period,
      (each) => ports.targets.has(ownerTarget(each)),
    ),
  }));
  if (owner !== undefined && target.digest.every !== 'never') {
    const weekly = { ...target.digest, every: 'weekly' } as const;
    sent += await sendScheduled(target, 'owner', weekly, ports, now, async (period) => ({
      because: 'owner',
      owner,
      sections: ownerSections(owner, await ports.incidents.list({ owner }), ports.settings, period),
    }));
  }
  return sent;
}

/** Those of `notify` itself, who hear of what belongs to nobody. */
const isNotify = ({ name }: Target): boolean => name === 'email' || name === 'slack';

async function sendPending(
  target: Target,
  { announcement, held }: NonNullable<DigestState['pending']>,
  ports: DigestPorts,
): Promise<number> {
  await ports.send(announcement, [target]);
  for (const { incident, revision } of held) await ports.held.settle(target.name, incident, revision);
  await ports.states.update(target.name, (state) => ({
    ...(state ?? { due: {}, told: {} }),
    pending: state?.pending?.announcement.id === announcement.id ? null : (state?.pending ?? null),
  }));
  return 1;
}

async function sendHeld(target: Target, ports: DigestPorts, now: number): Promise<number> {
  const due = (await ports.held.of(target.name))
    .filter((message) => isDue(message, target, now))
    .sort((a, b) => a.at - b.at);
  let sent = 0;
  while (sent * heldShown < due.length) {
    const page = due.slice(sent * heldShown, (sent + 1) * heldShown);
    const messages = await Promise.all(
      page.map(async (held) => ({ held, stored: await ports.incidents.read(held.incident) })),
    );
    const known = messages.flatMap(({ held, stored }) => (stored ? [{ held, stored }] : []));
    sent += 1;
    if (known.length === 0) continue;
    const pending = {
      announcement: heldDigest(target, known, now, sent),
      held: page.map(({ incident, revision }) => ({ incident, revision })),
    };
    await ports.states.update(target.name, (state) => ({ ...(state ?? { due: {}, told: {} }), pending }));
    await sendPending(target, pending, ports);
  }
  return sent;
}

/** Once for each date that is due; where there is nothing to tell the date counts as told. */
async function sendScheduled(
  target: Target,
  kind: 'target' | 'owner',
  digest: Target['digest'],
  ports: DigestPorts,
  now: number,
  compose: (period: Period) => Promise<Pick<DigestAnnouncement, 'because' | 'owner' | 'sections'>>,
): Promise<number> {
  const { states } = ports;
  const due = lastDue(digest, now);
  const state = await states.read(target.name);
  if (due === undefined || state?.due[kind] === due) return 0;
  const since = state?.told[kind];
  const next = (pending: DigestState['pending']) =>
    states.update(target.name, (latest) => ({
      due: { ...latest?.due, [kind]: due },
      told: { ...latest?.told, [kind]: now },
      pending: pending ?? latest?.pending ?? null,
    }));
  // The first digest is due when a first period is over.
  const period = { from: since ?? now - periodOf(digest), to: now };
  const { sections, ...composed } =
    since === undefined ? { sections: [], because: 'weekly' as const, owner: null } : await compose(period);
  if (sections.length === 0) {
    await next(null);
    return 0;
  }
  const pending = {
    announcement: digestOf({ target: target.name, ...composed, period, sections }),
    held: [],
  };
  await next(pending);
  return sendPending(target, pending, ports);
}

/** Incidents of the period that a target would have heard of, had they been graver. */
async function untoldFor(target: Target, { incidents, settings, targets }: DigestPorts, { from }: Period) {
  const open = (await incidents.list()).filter(
    ({ record: { incident }, told, audible }) =>
      told.count === 0 && audible !== undefined && Date.parse(incident.lastSeen ?? '') >= from,
  );
  const heard = await Promise.all(
    open.map(async (stored) => {
      const findings = (await incidents.signsOf(stored.record.incident)).map(({ finding }) => finding);
      return routeOf(stored, findings, settings, targets).includes(target.name) ? [stored] : [];
    }),
  );
  return heard.flat();
}
