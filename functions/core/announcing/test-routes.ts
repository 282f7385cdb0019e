import { plainText } from '../format/plain-text.ts';
import type { Target } from './targets.ts';

/** A subscription of a topic, as SNS tells it. */
export interface TopicSubscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly isConfirmed: boolean;
  /** Targets that its filter policy lets through; `undefined`: everything. */
  readonly targets: readonly string[] | undefined;
}

export interface TopicState {
  readonly arn: string;
  /** Its resource policy. */
  readonly policy: string | undefined;
  readonly encryptionKey: string | undefined;
  readonly subscriptions: readonly TopicSubscription[];
}

/** What is known of a test message on its way to a target. */
export interface RouteResult {
  readonly target: string;
  /** `security@example.com`, `Slack #security`. */
  readonly to: string;
  /** sent: it went out, and nothing here can see whether it arrived. */
  readonly outcome: 'arrived' | 'sent' | 'failed';
  readonly says: string;
  /** What to do, one step a line. */
  readonly steps: readonly string[];
}

const deploy = 'Deploy again with these settings: npx cdk deploy';

/** Of each address of an email target. */
export function emailRoutes(
  { name, way }: Target & { readonly way: { readonly kind: 'email' } },
  topic: TopicState,
): RouteResult[] {
  return way.addresses.map((address) => {
    const of = (outcome: RouteResult['outcome'], says: string, ...steps: string[]): RouteResult => ({
      target: name,
      to: address,
      outcome,
      says,
      steps,
    });
    const subscriptions = topic.subscriptions.filter(
      ({ protocol, endpoint }) => protocol === 'email' && endpoint.toLowerCase() === address.toLowerCase(),
    );
    if (subscriptions.length === 0) return of('failed', 'the address is not subscribed to the topic', deploy);
    const open = subscriptions.filter((each) => isLetThrough(name, each));
    if (open.length === 0)
      return of('failed', 'its subscription lets nothing of this target through', deploy);
    if (!open.some(({ isConfirmed }) => isConfirmed)) {
      return of(
        'failed',
        'the subscription is not confirmed, so nothing arrives',
        `Open the mail "AWS Notification - Subscription Confirmation" at ${address} and follow its link`,
        'Where it is lost or older than two days: remove the subscription from the stack, deploy, put it back, deploy',
      );
    }
    return of('sent', 'whether it arrived is to be seen in the inbox');
  });
}

/** Why what is published cannot reach `notify`, and so this target; `undefined`: it can. */
export function problemOnTheWayToNotify({ name }: Target, topic: TopicState): RouteResult | undefined {
  const queues = topic.subscriptions.filter(({ protocol }) => protocol === 'sqs');
  if (queues.some((each) => isLetThrough(name, each))) return undefined;
  return {
    target: name,
    to: 'the queue of notify',
    outcome: 'failed',
    says:
      queues.length === 0
        ? 'no queue is subscribed to the topic'
        : 'the subscription of its queue lets nothing of this target through',
    steps: [deploy],
  };
}

const isLetThrough = (target: string, { targets }: TopicSubscription): boolean =>
  targets === undefined || targets.includes(target);

/** How the delivery of a test stands in the suite's table. */
export type DeliveryState = 'sent' | 'sending' | 'released';

/** Of a target that `notify` sends to, by what its ledger says in the end. */
export function deliveredRoute({ name, way }: Target, state: DeliveryState | undefined): RouteResult {
  const to = nameOf(way);
  if (state === 'sent')
    return { target: name, to, outcome: 'arrived', says: 'the receiver took it', steps: [] };
  const [says, step] =
    state === undefined
      ? [
          'published, but notify has not taken it up',
          'Look whether its queue is full or notify fails: docs/runbook.md#notify-late',
        ]
      : [
          'notify tried, and the receiver did not take it',
          'The log of notify and its dead letters have the reason: docs/runbook.md#notify-dead-letters',
        ];
  return { target: name, to, outcome: 'failed', says, steps: [step] };
}

/** Of a topic that is a target by itself, after it was published to with the credentials of who tests. */
export function topicRoute(
  { name, way }: Target & { readonly way: { readonly kind: 'topic' } },
  suiteTopic: string,
  state: TopicState | undefined,
): RouteResult {
  const result = { target: name, to: way.arn };
  const account = suiteTopic.split(':')[4] ?? '';
  const isForeign = way.arn.split(':')[4] !== account;
  if (isForeign && state?.policy !== undefined && !allows(state.policy, account)) {
    return {
      ...result,
      outcome: 'failed',
      says: `published by you, but the policy of the topic does not let account ${account} publish, and so not announce`,
      steps: ['Add the statement that npx cdk synth prints for this topic to its policy'],
    };
  }
  if (isForeign && state?.encryptionKey === 'alias/aws/sns') {
    return {
      ...result,
      outcome: 'failed',
      says: 'published by you, but the topic is encrypted with alias/aws/sns, which other accounts cannot use',
      steps: ['Give the topic a customer key whose policy lets announce use it'],
    };
  }
  const waiting = state?.subscriptions.filter(({ isConfirmed }) => !isConfirmed) ?? [];
  return {
    ...result,
    outcome: 'sent',
    says: 'published with your credentials; whether it arrived is to be seen at its subscribers',
    steps: waiting.map(({ endpoint }) => `Not confirmed, so nothing arrives there: ${plainText(endpoint)}`),
  };
}

/** Whether some statement of a policy lets an account, or anybody, publish. Conditions are not weighed. */
function allows(policy: string, account: string): boolean {
  try {
    const { Statement = [] } = JSON.parse(policy) as { Statement?: object[] | object };
    return [Statement].flat().some((statement) => {
      const { Effect, Action, Principal } = statement as Record<string, unknown>;
      const actions = [Action].flat().map((action) => String(action).toLowerCase());
      return (
        Effect === 'Allow' &&
        actions.some((action) => action === 'sns:publish' || action === 'sns:*' || action === '*') &&
        (Principal === '*' || new RegExp(`"\\*"|[:"]${account}[:"]`).test(JSON.stringify(Principal ?? '')))
      );
    });
  } catch {
    return false;
  }
}

export function nameOf(way: Target['way']): string {
  switch (way.kind) {
    case 'email':
      return way.addresses.join(', ');
    case 'slack-webhook':
      return `Slack, by the webhook in ${way.secret}`;
    case 'slack-bot':
      return `Slack ${way.channel}`;
    case 'webhook':
      return `the webhook in ${way.secret}`;
    case 'topic':
      return way.arn;
  }
}
