import { Annotations, Stack, Token } from 'aws-cdk-lib';
import { ArnPrincipal, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { RotatedSecret } from '../../functions/core/model/rotated-secrets.ts';
import type { Settings } from '../../functions/core/model/settings.ts';
import { accountKeyStatement, keyPolicyStatements } from './encryption-key.ts';
import type { ExistingResources } from './existing-resources.ts';
import { type Place, placeOf, printablePlaceOf } from './place.ts';
import { topicsOfOthers } from './publishing.ts';
import { receiverSecrets } from './receivers.ts';
import { trailBucketStatements } from './trail.ts';

/** What an existing resource must allow in its own policy, which the suite cannot change. */
export interface RequiredStatements {
  /** The policy that the statements belong into: of which resource. */
  readonly policy: string;
  /** What fails without them. */
  readonly because: string;
  /** As in a policy document. Account and Region stand as in `Fn::Sub` where they are not known at synth. */
  readonly statements: readonly Readonly<Record<string, unknown>>[];
}

interface Context {
  readonly settings: Settings;
  readonly trailName?: string;
  readonly rotated: readonly RotatedSecret[];
}

/**
 * What existing resources need. Where the app itself owns one, its policy is changed right away instead.
 *
 * Called when every part is built, because it collects what the suite's roles do.
 */
export function statementsForExisting(
  scope: Construct,
  { encryptionKey, topic, trailBucket, permissionsBoundary }: ExistingResources,
  { settings, trailName, rotated }: Context,
): RequiredStatements[] {
  const stack = Stack.of(scope);
  const place = printablePlaceOf(stack);
  const required: RequiredStatements[] = [];
  const require = (policy: string, because: string, statements: readonly PolicyStatement[]): void => {
    required.push({
      policy,
      because,
      statements: stack.resolve(statements.map((each) => each.toStatementJson())),
    });
  };

  if (encryptionKey) {
    const statements = (where: Place) =>
      keyPolicyStatements({ place: where, existingTopic: topic, trailName });
    const owned = statements(placeOf(stack)).every(
      (statement) => encryptionKey.addToResourcePolicy(statement).statementAdded,
    );
    if (!owned) {
      require(`key ${encryptionKey.keyArn}`, 'events, alarms, findings and logs are lost', [
        ...statements(place),
        accountKeyStatement(place),
      ]);
    }
  }
  if (topic && !Token.isUnresolved(topic.topicArn)) {
    require(`topic ${topic.topicArn}`, 'the suite cannot publish to it or subscribe to it', [
      byRoles(place, stack, 'RolesPublish', ['sns:Publish'], topic.topicArn),
      new PolicyStatement({
        sid: 'DeploymentSubscribes',
        principals: [new ArnPrincipal(`arn:${place.partition}:iam::${place.account}:root`)],
        actions: ['sns:Subscribe'],
        resources: [topic.topicArn],
      }),
    ]);
    if (!topic.masterKey) {
      require(`customer key, if there is one, of topic ${topic.topicArn}`, 'publishing to the topic fails', [
        byRoles(place, stack, 'RolesPublishEncrypted', ['kms:Decrypt', 'kms:GenerateDataKey'], '*', 'sns'),
      ]);
    }
  }
  for (const arn of topicsOfOthers(settings)) {
    require(`topic ${arn}`, 'announce and digest cannot publish to it, where its own policy does not let them already', [
      byRoles(place, stack, 'RolesPublish', ['sns:Publish'], arn),
    ]);
    require(`customer key, if there is one, of topic ${arn}`, 'publishing to the topic fails', [
      byRoles(place, stack, 'RolesPublishEncrypted', ['kms:Decrypt', 'kms:GenerateDataKey'], '*', 'sns'),
    ]);
  }
  if (trailBucket && trailName !== undefined) {
    const statements = (where: Place) => trailBucketStatements(trailBucket.bucketArn, trailName, where);
    const owned = statements(placeOf(stack)).every(
      (statement) => trailBucket.addToResourcePolicy(statement).statementAdded,
    );
    if (!owned) {
      const arn = `arn:${place.partition}:s3:::${trailBucket.bucketName}`;
      require(`bucket ${trailBucket.bucketName}`, 'the trail cannot be created', trailBucketStatements(
        arn,
        trailName,
        place,
      ));
    }
  }
  for (const key of new Set(receiverSecrets(settings).flatMap(({ encryptionKey }) => encryptionKey ?? []))) {
    require(`key ${key}`, 'notify cannot read how a receiver is reached', [
      byRoles(place, stack, 'NotifyReadsItsSecrets', ['kms:Decrypt'], '*', 'secretsmanager'),
    ]);
  }
  for (const key of new Set(rotated.flatMap(({ entry }) => entry.rotation?.encryptionKey ?? []))) {
    require(`key ${key}`, 'rotate, enforce and usage cannot use its secrets', [
      byRoles(
        place,
        stack,
        'RolesUseRotatedSecrets',
        ['kms:Decrypt', 'kms:GenerateDataKey'],
        '*',
        'secretsmanager',
      ),
    ]);
  }
  if (permissionsBoundary) {
    require(`permissions boundary ${permissionsBoundary.managedPolicyArn}`, 'the Lambdas cannot work', [
      new PolicyStatement({ sid: 'SecretsAudit', actions: actionsOfRoles(scope), resources: ['*'] }),
    ]);
  }
  return required;
}

/** CloudFormation names a role after its stack; of a long name, it takes the beginning. */
const lettersOfStackName = 20;

function byRoles(
  { partition, region, account }: Place,
  { stackName }: Stack,
  sid: string,
  actions: string[],
  resource: string,
  viaService?: string,
): PolicyStatement {
  const role = `arn:${partition}:iam::${account}:role/${stackName.slice(0, lettersOfStackName)}*`;
  const via = viaService && { StringEquals: { 'kms:ViaService': `${viaService}.${region}.amazonaws.com` } };
  return new PolicyStatement({
    sid,
    principals: [new ArnPrincipal(`arn:${partition}:iam::${account}:root`)],
    actions,
    resources: [resource],
    conditions: { ArnLike: { 'aws:PrincipalArn': role }, ...via },
  });
}

/** Everything that the suite's roles are allowed. */
function actionsOfRoles(scope: Construct): string[] {
  const documents = scope.node.findAll().flatMap((each) => (each instanceof Policy ? [each.document] : []));
  const statements = documents.flatMap(
    (document) =>
      (document.toJSON() as { Statement: { Effect: string; Action: string | string[] }[] }).Statement,
  );
  const allowed = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);
  return [...new Set(allowed)].sort();
}

/** Shows the statements at synth. Information, not a warning: nobody can tell at synth whether they are there already. */
export function printRequiredStatements(scope: Construct, required: readonly RequiredStatements[]): void {
  for (const { policy, because, statements } of required) {
    const json = JSON.stringify(statements, undefined, 2);
    const unknown = json.includes('${AWS::')
      ? // biome-ignore lint/suspicious/noTemplateCurlyInString: as CloudFormation writes it
        ' Put the account and Region of the suite in place of ${AWS::AccountId} and ${AWS::Region}.'
      : '';
    Annotations.of(scope).addInfo(
      `The policy of ${policy} must hold these statements; without them, ${because}.${unknown}\n${json}`,
    );
  }
}
