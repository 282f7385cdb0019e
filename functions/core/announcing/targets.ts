import { createHours, type Hours } from '../contracts/calendars.ts';
import type { ContractSettings } from '../model/contract-settings.ts';
import type { DigestSettings, NotifySettings } from '../model/notify-settings.ts';

/** How a receiver is reached. */
export type Way =
  | { readonly kind: 'email'; readonly addresses: readonly string[] }
  | { readonly kind: 'slack-webhook'; readonly secret: string; readonly encryptionKey: string | undefined }
  | {
      readonly kind: 'slack-bot';
      readonly secret: string;
      readonly channel: string;
      readonly encryptionKey: string | undefined;
    }
  | { readonly kind: 'webhook'; readonly secret: string; readonly encryptionKey: string | undefined }
  | { readonly kind: 'topic'; readonly arn: string; readonly format: 'document' | 'amazon-q' };

/** A receiver of the settings, with how much it hears and when. */
export interface Target {
  /** `email` and `slack` for those of `notify` itself, `ownerTarget` for an owner's, else its name in `targets`. */
  readonly name: string;
  readonly way: Way;
  /** Messages an hour that are not critical; as many critical ones. */
  readonly hourlyLimit: number;
  /** `undefined`: at any time. */
  readonly hours: Hours | undefined;
  readonly digest: DigestSettings;
}

type NotifyContext = Pick<ContractSettings, 'calendars' | 'teams'> &
  Partial<Pick<ContractSettings, 'defaults' | 'secrets'>> & { readonly notify: NotifySettings };

/** Name of the target of an owner of secrets: a name of `teams`, or an email address. */
export const ownerTarget = (owner: string): string =>
  owner.includes('@') ? `owner-${owner}` : `team-${owner}`;

/** All receivers of the settings, by name. */
export function targetsOf({
  notify,
  calendars,
  teams,
  defaults,
  secrets = [],
}: NotifyContext): ReadonlyMap<string, Target> {
  const rhythmOf = (own: Partial<Pick<NotifySettings, 'hours' | 'hourlyLimit' | 'digest'>>) => {
    const hours = own.hours ?? notify.hours;
    const calendar = hours === undefined ? undefined : calendars[hours];
    return {
      hourlyLimit: own.hourlyLimit ?? notify.hourlyLimit,
      hours: calendar && createHours(calendar),
      digest: own.digest ?? notify.digest,
    };
  };
  const { slack } = notify;
  const targets: Target[] = [
    ...(notify.email.length > 0
      ? [{ name: 'email', way: { kind: 'email', addresses: notify.email }, ...rhythmOf({}) } as const]
      : []),
    ...(slack ? [{ name: 'slack', way: slackWay(slack), ...rhythmOf({}) }] : []),
    ...Object.entries(teams).flatMap(([team, { email, slack: channel }]) => {
      const way = teamWay(email, channel, slack);
      return way ? [{ name: `team-${team}`, way, ...rhythmOf({}) }] : [];
    }),
    ...[...new Set([defaults?.owner, ...secrets.map(({ owner }) => owner)])].flatMap((owner) =>
      owner?.includes('@')
        ? [{ name: ownerTarget(owner), way: { kind: 'email', addresses: [owner] } as const, ...rhythmOf({}) }]
        : [],
    ),
    ...Object.entries(notify.targets).flatMap(([name, target]) => {
      const way = wayOf(target);
      return way ? [{ name, way, ...rhythmOf(target) }] : [];
    }),
  ];
  return new Map(targets.map((target) => [target.name, target]));
}

/** A team's own channel where a bot may write to it, else its address. */
function teamWay(
  email: string | undefined,
  channel: string | undefined,
  slack: NotifySettings['slack'],
): Way | undefined {
  const { botSecret, encryptionKey } = slack ?? {};
  if (channel !== undefined && botSecret !== undefined) {
    return { kind: 'slack-bot', secret: botSecret, channel, encryptionKey };
  }
  return email === undefined ? undefined : { kind: 'email', addresses: [email] };
}

function wayOf({ email, slack, topic, format, webhook }: NotifySettings['targets'][string]): Way | undefined {
  if (email) return { kind: 'email', addresses: email };
  if (slack) return slackWay(slack);
  if (topic !== undefined) return { kind: 'topic', arn: topic, format };
  return webhook && { kind: 'webhook', secret: webhook.secret, encryptionKey: webhook.encryptionKey };
}

function slackWay(slack: {
  readonly webhookSecret?: string | undefined;
  readonly botSecret?: string | undefined;
  readonly channel?: string | undefined;
  readonly encryptionKey?: string | undefined;
}): Way {
  const { webhookSecret, botSecret, channel, encryptionKey } = slack;
  return botSecret !== undefined && channel !== undefined
    ? { kind: 'slack-bot', secret: botSecret, channel, encryptionKey }
    : { kind: 'slack-webhook', secret: webhookSecret ?? '', encryptionKey };
}
