import { createBotCredentials } from '../adapters/bot-credentials.ts';
import { createDeliveryPace } from '../adapters/delivery-pace.ts';
import { createChatThreads } from '../adapters/dynamodb-chat-threads.ts';
import type { Table } from '../adapters/dynamodb-table.ts';
import { createSignedWebhook } from '../adapters/signed-webhook.ts';
import { createSlackApi, type SlackApi } from '../adapters/slack-api.ts';
import { createSlackBot } from '../adapters/slack-bot.ts';
import { createSlackWebhook } from '../adapters/slack-webhook.ts';
import type { Sleep } from '../adapters/system-clock.ts';
import { createWebhookAddress } from '../adapters/webhook-address.ts';
import { createWebhookCredentials } from '../adapters/webhook-credentials.ts';
import { ledgerChannel } from '../core/announcing/ledger-channel.ts';
import { type Target, targetsOf } from '../core/announcing/targets.ts';
import { formatSlack } from '../core/format/slack.ts';
import type { Settings } from '../core/model/settings.ts';
import type { Clock, DeliveryLedger } from '../core/ports.ts';
import type { Log } from '../middleware/logger.ts';
import { createBotReceiver, createWebhookReceiver, type Receiver } from './receiver.ts';

export interface ReceiverDependencies {
  readonly table: Table;
  readonly ledger: DeliveryLedger;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly log: Log;
  readonly fetch?: typeof fetch;
}

/** Of a program; enough for what an hour brings, and no flood. */
const webhookMessagesPerSecond = 10;

/** The targets of the settings that `notify` sends to, by name; SNS reaches the others itself. */
export function receiversOf(
  settings: Settings,
  dependencies: ReceiverDependencies,
): ReadonlyMap<string, Receiver> {
  const { table, ledger, clock, sleep, log } = dependencies;
  const web = dependencies.fetch ? { fetch: dependencies.fetch } : {};
  const { slack } = settings.notify;
  const threads = createChatThreads({ table, findingDays: settings.retention.findingDays, clock });
  const apis = new Map<string, SlackApi>();
  const apiOf = (secretId: string): SlackApi => {
    const api =
      apis.get(secretId) ??
      createSlackApi({ credentials: createBotCredentials({ secretId, clock }), clock, ...web });
    apis.set(secretId, api);
    return api;
  };
  const pace = () => createDeliveryPace(clock, sleep, slack?.messagesPerSecond);

  const receiverOf = ({ name, way }: Target): Receiver | undefined => {
    switch (way.kind) {
      case 'slack-webhook': {
        const address = createWebhookAddress({ secretId: way.secret, clock });
        const webhook = createSlackWebhook({ address, clock, pace: pace(), ...web });
        return createWebhookReceiver({
          ledgerChannel: ledgerChannel({ name, way }),
          ledger,
          post: (announcement) => webhook.post(formatSlack(announcement, { buttons: false })),
        });
      }
      case 'webhook': {
        const credentials = createWebhookCredentials({ secretId: way.secret, clock });
        const pace = createDeliveryPace(clock, sleep, webhookMessagesPerSecond);
        const { post } = createSignedWebhook({ credentials, clock, pace, ...web });
        return createWebhookReceiver({ ledgerChannel: ledgerChannel({ name, way }), ledger, post });
      }
      case 'slack-bot':
        return createBotReceiver({
          target: name,
          channel: way.channel,
          ledgerChannel: ledgerChannel({ name, way }),
          ledger,
          bot: createSlackBot(apiOf(way.secret), pace()),
          threads,
          // What buttons of another app send does not come to us.
          buttons: slack?.buttons === true && way.secret === slack.botSecret,
          log,
        });
      default:
        return undefined;
    }
  };
  return new Map(
    [...targetsOf(settings).values()].flatMap((target) => {
      const receiver = receiverOf(target);
      return receiver ? [[target.name, receiver] as const] : [];
    }),
  );
}
