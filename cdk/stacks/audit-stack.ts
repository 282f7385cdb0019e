import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SecretsAudit } from '../constructs/secrets-audit.ts';
import type { SecretsAuditProps } from '../constructs/secrets-audit-props.ts';

export interface AuditStackProps extends SecretsAuditProps {
  /**
   * Properties of the stack itself.
   *
   * @default - any account and Region
   */
  readonly stack?: StackProps;
}

/** One account and Region, audited. */
export class AuditStack extends Stack {
  readonly suite: SecretsAudit;

  constructor(scope: Construct, id: string, props: AuditStackProps) {
    super(scope, id, {
      description: 'secrets-audit: who reads each secret, and is it allowed',
      ...props.stack,
    });
    this.suite = new SecretsAudit(this, 'Suite', props);
    const outputs = {
      FindingsTopicArn: this.suite.topic.topicArn,
      OperationsTopicArn: this.suite.operationsTopic.topicArn,
      TableName: this.suite.state.table.tableName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
