import { DeliveryDelayedError, DeliveryRefusedError } from '../core/errors.ts';
import { webhookSignature } from '../core/format/webhook-signature.ts';
import type { Announcement } from '../core/model/announcement.ts';
import type { AnnouncementWebhook, Clock } from '../core/ports.ts';
import type { DeliveryPace } from './delivery-pace.ts';
import type { KeptSecret } from './kept-secret.ts';
import { isDelay, type JsonAnswer, postJson } from './post-json.ts';
import type { WebhookCredentials } from './webhook-credentials.ts';

/** The address or the key is no longer good; its secret may hold a new one. */
const outdated = new Set([401, 403, 404, 410]);

export interface SignedWebhookOptions {
  readonly credentials: KeptSecret<WebhookCredentials>;
  readonly clock: Clock;
  readonly pace: DeliveryPace;
  readonly timeoutMs?: number;
  readonly fetch?: typeof fetch;
}

/** Posts announcements as JSON, signed; docs/webhook.md tells receivers how to verify. */
export function createSignedWebhook({
  credentials,
  clock,
  pace,
  ...web
}: SignedWebhookOptions): AnnouncementWebhook {
  const post = async ({ url, key }: WebhookCredentials, { id, revision }: Announcement, body: string) => {
    await pace.turn();
    const timestamp = Math.floor(clock.now() / 1_000);
    return postJson({
      url,
      body,
      headers: {
        'X-Secrets-Audit-Timestamp': String(timestamp),
        'X-Secrets-Audit-Signature': webhookSignature(key, timestamp, body),
        'X-Secrets-Audit-Delivery': `${id}:${revision}`,
      },
      receiver: 'The webhook',
      clock,
      ...web,
    });
  };

  return {
    async post(announcement) {
      const body = JSON.stringify(announcement);
      const current = await credentials.current();
      let answer = await post(current, announcement, body);
      if (outdated.has(answer.status)) {
        const renewed = await credentials.renewed();
        if (renewed.url !== current.url || renewed.key !== current.key) {
          answer = await post(renewed, announcement, body);
        }
      }
      if (answer.status === 429) pace.hold(answer.retryAfterSeconds ?? 1);
      judgeAnswer(answer);
    },
  };
}

/** What a receiver answers besides its status is not repeated: it may quote the request. */
function judgeAnswer({ status, retryAfterSeconds }: JsonAnswer): void {
  if (status >= 200 && status < 300) return;
  if (isDelay(status)) {
    throw new DeliveryDelayedError(`The webhook cannot take the message now (${status})`, retryAfterSeconds);
  }
  throw new DeliveryRefusedError(
    status < 400
      ? `The webhook points somewhere else (${status}), which is not followed: put its new address into its secret`
      : `The webhook refuses the message (${status})`,
  );
}
