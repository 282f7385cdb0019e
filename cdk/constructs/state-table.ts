import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { type Conditions, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { grantKeyThrough } from './encryption-key.ts';

export interface StateTableProps {
  readonly encryptionKey: IKey;
  readonly removalPolicy: RemovalPolicy;
}

/** Findings, incidents, windows, history, rotations, usage, checkpoints and what was sent, in one table. Its stream tells `announce` of new findings. */
export class StateTable extends Construct {
  readonly table: Table;
  readonly streamArn: string;
  readonly #encryptionKey: IKey;

  constructor(scope: Construct, id: string, props: StateTableProps) {
    super(scope, id);
    this.#encryptionKey = props.encryptionKey;
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.encryptionKey,
      removalPolicy: props.removalPolicy,
      deletionProtection: props.removalPolicy === RemovalPolicy.RETAIN,
    });
    const { tableStreamArn } = this.table;
    if (tableStreamArn === undefined) throw new Error('A table with a stream has the ARN of its stream');
    this.streamArn = tableStreamArn;
  }

  /** Lets a role keep findings, incidents and what they are made of: windows, history, rotations, usage, checkpoints. Nothing but its TTL deletes from the table. */
  grantJudge(role: IRole): void {
    this.#grant(role, [
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ]);
  }

  /** Lets a role read all of the table. */
  grantRead(role: IRole): void {
    this.#grant(role, ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan']);
  }

  /** Lets a role remember what it sent. */
  grantDeliver(role: IRole): void {
    this.#grant(role, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']);
  }

  /** Lets a role keep what people say of incidents, and nothing else: it is called from the internet. */
  grantHandle(role: IRole): void {
    this.#grant(role, ['dynamodb:GetItem', 'dynamodb:PutItem'], {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['INCIDENT#*', 'INCIDENTS', 'REQUEST#*'] },
    });
  }

  /** Lets a role read the stream. */
  grantStreamRead(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        resources: [this.streamArn],
      }),
    );
    role.addToPrincipalPolicy(new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }));
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]': 'dynamodb:ListStreams, which Lambda asks for, takes no resource.',
    });
  }

  #grant(role: IRole, actions: string[], conditions?: Conditions): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions, resources: [this.table.tableArn], ...(conditions && { conditions }) }),
    );
    grantKeyThrough('dynamodb', this.#encryptionKey, role);
  }
}
