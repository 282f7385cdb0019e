import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { targetsOf } from '../../functions/core/announcing/targets.ts';
import type { Settings } from '../../functions/core/model/settings.ts';
import { grantKeyOfTopic } from './encryption-key.ts';

/** ARNs of the topics of others, each once. */
export const topicsOfOthers = (settings: Settings): string[] => [
  ...new Set([...targetsOf(settings).values()].flatMap(({ way }) => (way.kind === 'topic' ? way.arn : []))),
];

/** Lets a role publish announcements: to the suite's topic, and to topics that are targets. */
export function grantPublish(scope: Construct, role: Role, topic: ITopic, settings: Settings): void {
  const others = topicsOfOthers(settings);
  role.addToPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn, ...others] }));
  grantKeyOfTopic(topic, role);
  const [other] = others;
  // Any key through SNS: the statement is the same for every topic whose key is not known.
  if (other !== undefined && topic.masterKey) {
    grantKeyOfTopic(Topic.fromTopicArn(new Construct(scope, 'Others'), 'Topic', other), role);
  }
}
