import type { Announcement } from '../model/announcement.ts';
import type { HeldMessage, HeldMessages, MessageSlots } from '../ports.ts';
import { announceIncident, type Told } from './announce-incident.ts';
import type { Target } from './targets.ts';

const hourMs = 3_600_000;

/** Sends one document to targets, each revision once. */
export type Send = (announcement: Announcement, targets: readonly Target[]) => Promise<void>;

export interface DeliverPorts {
  readonly slots: MessageSlots;
  readonly held: HeldMessages;
  readonly send: Send;
}

/**
 * Sends a revision of an incident to those targets that may get it now, and holds it for the others. All is decided by the
 * time at which it was told and not by the clock: tried again later, the same is sent and the same is held.
 *
 * @param targets that hear of it
 * @returns how many got it now
 */
export async function deliverIncident(
  told: Told,
  targets: readonly Target[],
  { slots, held, send }: DeliverPorts,
): Promise<number> {
  const { record } = told.after;
  const { id } = record.incident;
  const { revision } = record;
  const sendTo = async (to: readonly Target[]): Promise<number> => {
    if (to.length === 0) return 0;
    await send(
      announceIncident(
        told,
        to.map(({ name }) => name),
      ),
      to,
    );
    return to.length;
  };
  // A chat brings its message up to date in place. Elsewhere a further message would disturb.
  if (told.change === 'silent') return sendTo(targets.filter(({ way }) => way.kind === 'slack-bot'));

  const now: Target[] = [];
  for (const target of targets) {
    const because = await reasonToHold(target, told, slots);
    if (because) {
      await held.hold({ target: target.name, incident: id, revision, because, at: told.after.told.at });
    } else {
      now.push(target);
    }
  }
  const sent = await sendTo(now);
  // What was held of it before is told now.
  for (const { name } of now) await held.settle(name, id, revision);
  return sent;
}

async function reasonToHold(
  { name, hours, hourlyLimit }: Target,
  { after: { record, told } }: Told,
  slots: MessageSlots,
): Promise<HeldMessage['because'] | undefined> {
  const isCritical = told.severity === 'critical';
  if (!isCritical && hours && !hours.contains(told.at)) return 'quiet-hours';
  const lane = { target: name, hour: Math.floor(told.at / hourMs), isCritical };
  const message = `${record.incident.id} ${record.revision}`;
  return (await slots.claim(lane, message, hourlyLimit)) ? undefined : 'limit';
}

/** Whether the target's hours have begun, or the hour is over whose limit was reached. */
export function isDue({ because, at }: HeldMessage, { hours }: Target, now: number): boolean {
  if (hours && !hours.contains(now)) return false;
  return because === 'quiet-hours' || Math.floor(at / hourMs) < Math.floor(now / hourMs);
}
