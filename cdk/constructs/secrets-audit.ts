import { Annotations, Names, RemovalPolicy } from 'aws-cdk-lib';
import { PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Subscription, SubscriptionFilter, SubscriptionProtocol } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { defaultSettings, type Settings } from '../../functions/core/model/settings.ts';
import { Alarms } from './alarms.ts';
import { Announce } from './announce.ts';
import { Audit } from './audit.ts';
import { Dashboard } from './dashboard.ts';
import { partOf } from './dashboard-part.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { Digest } from './digest.ts';
import { emailSubscriptions } from './email-subscriptions.ts';
import { EncryptedTopic } from './encrypted-topic.ts';
import { EncryptionKey } from './encryption-key.ts';
import { Enforce } from './enforce.ts';
import { existingResources } from './existing-resources.ts';
import { Notify } from './notify.ts';
import { ownReadsOf } from './own-reads.ts';
import type { PartProps } from './part-props.ts';
import { receiverSecrets } from './receivers.ts';
import { Report } from './report.ts';
import { ReportBucket } from './report-bucket.ts';
import {
  printRequiredStatements,
  type RequiredStatements,
  statementsForExisting,
} from './required-statements.ts';
import { Respond } from './respond.ts';
import { Rotate } from './rotate.ts';
import { rotatedIn } from './rotated.ts';
import type { SecretsAuditProps } from './secrets-audit-props.ts';
import { SecurityHub } from './security-hub.ts';
import { StateTable } from './state-table.ts';
import { Trail } from './trail.ts';
import { Usage } from './usage.ts';
import { Watch } from './watch.ts';

/**
 * Who reads each secret, from where, and is it allowed: judged within minutes, and told by email and Slack.
 *
 * @example
 * new SecretsAudit(stack, 'SecretsAudit', {
 *   settings: parseSettings(readFileSync('audit.yaml', 'utf8'), 'audit.yaml'),
 * });
 */
export class SecretsAudit extends Construct {
  /** Findings, as email text and as a JSON document. */
  readonly topic: ITopic;
  /** Faults of the suite itself. */
  readonly operationsTopic: ITopic;
  readonly encryptionKey: IKey;
  readonly state: StateTable;
  /** Findings that SNS could not deliver to a subscriber. */
  readonly undelivered: DeadLetterQueue;
  readonly watch: Watch;
  readonly audit: Audit;
  readonly announce: Announce;
  readonly digest: Digest;
  readonly enforce: Enforce;
  /** Reports, and whatever else is too long to be sent. */
  readonly reportBucket: ReportBucket;
  readonly report: Report;
  /** Only where the settings name secrets to rotate. */
  readonly rotate?: Rotate;
  /** Only where the settings name secrets to rotate. */
  readonly usage?: Usage;
  /** Only where a target is Slack or a webhook. */
  readonly notify?: Notify;
  /** Only with `settings.notify.slack.buttons`. */
  readonly respond?: Respond;
  /** Only with `settings.notify.securityHub`. */
  readonly securityHub?: SecurityHub;
  /** Only where a trail is created. */
  readonly trail?: Trail;
  /** What existing resources must allow in their own policies; also printed at synth. */
  readonly requiredStatements: readonly RequiredStatements[];

  constructor(scope: Construct, id: string, props: SecretsAuditProps = {}) {
    super(scope, id);
    const settings = props.settings ?? defaultSettings;
    const existing = existingResources(this, settings, props);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const trailName = settings.trail.create ? Names.uniqueResourceName(this, { maxLength: 100 }) : undefined;
    if (existing.permissionsBoundary) PermissionsBoundary.of(this).apply(existing.permissionsBoundary);

    this.encryptionKey =
      existing.encryptionKey ??
      new EncryptionKey(this, 'Encryption', { existingTopic: existing.topic, trailName, removalPolicy }).key;
    const { encryptionKey } = this;
    this.state = new StateTable(this, 'State', { encryptionKey, removalPolicy });
    const alarms = new Alarms(this, 'Alarms', { encryptionKey });
    this.operationsTopic = alarms.topic;
    this.topic =
      existing.topic ?? new EncryptedTopic(this, 'Findings', { encryptionKey, displayName: 'secrets-audit' });
    this.undelivered = new DeadLetterQueue(this, 'Undelivered', { encryptionKey });

    this.reportBucket = new ReportBucket(this, 'Reports', {
      encryptionKey,
      retentionDays: settings.retention.reportDays,
      removalPolicy,
    });

    const part: PartProps = { settings, encryptionKey, state: this.state, alarms };
    const { topic, undelivered, reportBucket } = this;
    const secrets = receiverSecrets(settings);
    if (secrets.length > 0)
      this.notify = new Notify(this, 'Notify', { ...part, secrets, topic, undelivered });
    const { slack } = settings.notify;
    const app = slack?.buttons ? secrets.find(({ secret }) => secret === slack.botSecret) : undefined;
    if (app) this.respond = new Respond(this, 'Respond', { ...part, secret: app });
    const rotated = rotatedIn(this, settings);
    this.enforce = new Enforce(this, 'Enforce', { ...part, rotated });
    if (rotated.length > 0) {
      const enforce = this.enforce.function.handler;
      this.rotate = new Rotate(this, 'Rotate', { ...part, rotated, enforce });
      this.usage = new Usage(this, 'Usage', { ...part, rotated });
    }
    this.enforce.ignoreReadsOf(
      [this.enforce, this.rotate, this.usage].flatMap((each) => each?.function.role ?? []),
    );
    const ownReads = ownReadsOf(this, settings, rotated);
    this.watch = new Watch(this, 'Watch', { ...part, ownReads });
    this.audit = new Audit(this, 'Audit', {
      ...part,
      ownReads,
      reserveConcurrency: props.reserveConcurrency ?? true,
    });
    this.announce = new Announce(this, 'Announce', { ...part, topic, reportBucket });
    this.report = new Report(this, 'Report', { ...part, bucket: reportBucket });
    this.digest = new Digest(this, 'Digest', { ...part, topic, reportBucket });
    if (settings.notify.securityHub) this.securityHub = new SecurityHub(this, 'SecurityHub', part);
    if (trailName !== undefined) {
      this.trail = new Trail(this, 'Trail', {
        trailName,
        encryptionKey,
        bucket: existing.trailBucket,
        retentionDays: settings.retention.findingDays,
        removalPolicy,
      });
    }

    if (props.trail) this.watch.node.addDependency(props.trail);

    for (const [address, targets] of emailSubscriptions(settings)) {
      this.#subscribe('Email', topic, [address], targets);
    }
    this.#subscribe('OperationsEmail', alarms.topic, operationsEmail(this, settings));
    alarms.watchDeadLetters('findings', undelivered, 'SNS gave up delivering messages to a subscriber.');
    alarms.watchDeliveries(topic);

    new Dashboard(this, 'Dashboard', {
      parts: [
        partOf(this.watch),
        partOf(this.audit),
        { ...partOf(this.announce), readsStream: true },
        ...[
          this.digest,
          this.notify,
          this.respond,
          this.enforce,
          this.rotate,
          this.usage,
          this.report,
        ].flatMap((part) => (part ? partOf(part) : [])),
        ...(this.securityHub ? [{ ...partOf(this.securityHub), readsStream: true }] : []),
        { name: 'findings', deadLetters: undelivered },
      ],
      alarms,
      rotates: rotated.length > 0,
    });

    this.requiredStatements = statementsForExisting(this, existing, { settings, trailName, rotated });
    printRequiredStatements(this, this.requiredStatements);
  }

  /** @param targets hears what is sent to these; left out: everything */
  #subscribe(id: string, topic: ITopic, addresses: readonly string[], targets?: readonly string[]): void {
    for (const endpoint of new Set(addresses)) {
      new Subscription(this, `${id}-${endpoint}`, {
        topic,
        protocol: SubscriptionProtocol.EMAIL,
        endpoint,
        deadLetterQueue: this.undelivered,
        filterPolicy: targets && { targets: SubscriptionFilter.stringFilter({ allowlist: [...targets] }) },
      });
    }
  }
}

/** Who hears of the suite's own faults; says where that is not whom one may expect. */
function operationsEmail(scope: Construct, { operations, notify }: Settings): readonly string[] {
  if (operations.email.length > 0) return operations.email;
  if (notify.email.length > 0) {
    Annotations.of(scope).addInfo(
      "operations.email is empty: faults of the suite itself go to notify.email's addresses.",
    );
    return notify.email;
  }
  Annotations.of(scope).addWarningV2(
    'secrets-audit:nobodyIsTold',
    'notify.email and operations.email are both empty: nobody hears by email of findings, nor of faults of the suite itself.',
  );
  return [];
}
