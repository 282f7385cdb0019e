import type { Send } from '../core/announcing/deliver.ts';
import type { Target, Way } from '../core/announcing/targets.ts';
import { DeliveryDelayedError } from '../core/errors.ts';
import { formatEmail } from '../core/format/email.ts';
import type { DeliveryLedger, Publisher } from '../core/ports.ts';
import { sendOnce } from './send-once.ts';

export interface AnnouncementSenderOptions {
  readonly ledger: DeliveryLedger;
  /** The suite's own topic, whose subscriptions know their targets. */
  readonly publisher: Publisher;
  /** Another topic, which is a target by itself. */
  readonly topicPublisher: (topic: Extract<Way, { kind: 'topic' }>) => Publisher;
  /** One for each message that went out. */
  readonly onSent?: () => void;
}

/**
 * Publishes an announcement: once for all targets that are subscriptions of the suite's topic, and once for each topic of
 * others. Each revision once, none after a newer one.
 *
 * Throws DeliveryDelayedError where another worker is sending it.
 */
export function createAnnouncementSender({
  ledger,
  publisher,
  topicPublisher,
  onSent,
}: AnnouncementSenderOptions): Send {
  return async (announcement, targets) => {
    const publish = async (channel: string, to: Publisher) => {
      const outcome = await sendOnce(ledger, channel, announcement, () =>
        to.publish({ announcement, ...formatEmail(announcement) }),
      );
      if (outcome === 'busy') {
        throw new DeliveryDelayedError(`${announcement.id} is being sent by another worker`);
      }
      if (outcome === 'sent') onSent?.();
    };
    if (targets.some((target) => !isTopic(target))) await publish('sns', publisher);
    for (const target of targets.filter(isTopic)) {
      await publish(`topic-${target.name}`, topicPublisher(target.way));
    }
  };
}

const isTopic = (target: Target): target is Target & { readonly way: Extract<Way, { kind: 'topic' }> } =>
  target.way.kind === 'topic';
