import { sendOnce } from '../adapters/send-once.ts';
import { DeliveryDelayedError } from '../core/errors.ts';
import { formatSlack, formatSlackReply } from '../core/format/slack.ts';
import type { Announcement, IncidentAnnouncement } from '../core/model/announcement.ts';
import type { ChatBot, ChatPlace, ChatThreads, DeliveryLedger } from '../core/ports.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import type { Log } from '../middleware/logger.ts';

/** A target of the settings, as announcements reach it. Throws DeliveryDelayedError or DeliveryRefusedError. */
export interface Receiver {
  /** `skipped`: there is nothing to tell it. `delivered`: it, or a newer revision, was sent before. */
  deliver(announcement: Announcement): Promise<'sent' | 'delivered' | 'skipped'>;
}

/** Another worker sends the same at this moment; unlike a receiver that is away, it concerns one announcement. */
export class BusyError extends DeliveryDelayedError {}

const isSilent = (announcement: Announcement): boolean =>
  announcement.kind === 'incident' && announcement.change === 'silent';

async function once(
  ledger: DeliveryLedger,
  channel: string,
  announcement: Announcement,
  send: () => Promise<void>,
): Promise<'sent' | 'delivered'> {
  const outcome = await sendOnce(ledger, channel, announcement, send);
  if (outcome === 'busy') throw new BusyError(`${announcement.id} is being sent by another worker`);
  return outcome;
}

export interface WebhookReceiverOptions {
  readonly ledgerChannel: string;
  readonly ledger: DeliveryLedger;
  readonly post: (announcement: Announcement) => Promise<void>;
}

/** A message for each update; what was posted can be changed no more. */
export const createWebhookReceiver = (options: WebhookReceiverOptions): Receiver => ({
  async deliver(announcement) {
    if (isSilent(announcement)) return 'skipped';
    const { ledger, ledgerChannel, post } = options;
    return once(ledger, ledgerChannel, announcement, () => post(announcement));
  },
});

export interface BotReceiverOptions {
  /** Name of the target, under which is remembered where its threads are. */
  readonly target: string;
  /** Of the chat. */
  readonly channel: string;
  readonly ledgerChannel: string;
  readonly ledger: DeliveryLedger;
  readonly bot: ChatBot;
  readonly threads: ChatThreads;
  readonly buttons: boolean;
  readonly log: Log;
}

/** One message for each incident, which is kept up to date, with a thread that tells what changed. */
export function createBotReceiver(options: BotReceiverOptions): Receiver {
  const { target, channel, ledgerChannel, ledger, bot, threads, buttons, log } = options;
  const whole = (announcement: Announcement) =>
    marked(announcement, formatSlack(announcement, { buttons: buttons && announcement.kind === 'incident' }));

  /** What the first message says never becomes older than it is, whatever is said in the thread. */
  const onceInPlace = (announcement: Announcement, send: () => Promise<void>) =>
    once(ledger, `${ledgerChannel}:place`, announcement, send);

  const keepUpToDate = async (announcement: IncidentAnnouncement) => {
    const place = await threads.read(target, announcement.id);
    if (!place) return 'skipped';
    return onceInPlace(announcement, async () => {
      await bot.update(place, whole(announcement));
    });
  };

  const postFirst = async (announcement: IncidentAnnouncement): Promise<ChatPlace> => {
    const place = await bot.post(channel, whole(announcement));
    try {
      await threads.write(target, announcement.id, place);
    } catch (error) {
      // It stands there: to fail now would post it once more. The next update begins a thread of its own.
      log.warn('Where a message stands could not be kept', {
        announcementId: announcement.id,
        target,
        code: codeOf(error),
        reason: messageOf(error),
      });
    }
    return place;
  };

  const tell = async (announcement: IncidentAnnouncement) => {
    const place = await threads.read(target, announcement.id);
    let isPosted = false;
    await onceInPlace(announcement, async () => {
      if (place && (await bot.update(place, whole(announcement))) !== 'gone') return;
      await postFirst(announcement);
      isPosted = true;
    });
    if (isPosted) return;
    // The reply comes last: until it is there everything may be done again without being seen twice.
    if (place) await bot.post(place.channel, marked(announcement, formatSlackReply(announcement)), place.ts);
    else await postFirst(announcement);
  };

  return {
    async deliver(announcement) {
      if (announcement.kind !== 'incident') {
        return once(ledger, ledgerChannel, announcement, async () => {
          await bot.post(channel, whole(announcement));
        });
      }
      return isSilent(announcement)
        ? keepUpToDate(announcement)
        : once(ledger, ledgerChannel, announcement, () => tell(announcement));
    },
  };
}

/** For programs that read the channel: a message that comes twice after a time-out has the same id and revision. */
const marked = ({ id, revision }: Announcement, message: object): object => ({
  ...message,
  metadata: { event_type: 'secrets_audit_announcement', event_payload: { id, revision } },
});
