import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage, type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  ApplicationLogLevel,
  Architecture,
  type CfnFunction,
  Code,
  type FunctionOptions,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Settings } from '../../functions/core/model/settings.ts';
import { acknowledge } from './acknowledge.ts';

/** Folders under `functions` that are deployed. */
export type FunctionName =
  | 'watch'
  | 'audit'
  | 'announce'
  | 'digest'
  | 'notify'
  | 'respond'
  | 'security-hub'
  | 'rotate'
  | 'enforce'
  | 'usage'
  | 'report';

export interface SuiteFunctionProps {
  readonly functionName: FunctionName;
  readonly description: string;
  readonly settings: Settings;
  readonly encryptionKey: IKey;
  /** Must satisfy the `env` of the function's folder. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memorySize: number;
  readonly timeout: Duration;
  /** @default - as many at once as the account allows */
  readonly reservedConcurrentExecutions?: number;
  /**
   * ARNs, or patterns of ARNs, of the secrets whose values the function may read. Every other value is denied, whatever
   * else is attached to its role.
   *
   * @default - none: every secret's value is denied
   */
  readonly readableSecrets?: readonly string[];
  /** @default - the function runs in no VPC of yours */
  readonly egress?: Settings['egress'];
  /** @default - invoked by an event source, which has a destination for failures of its own */
  readonly asyncInvoke?: Pick<FunctionOptions, 'onFailure' | 'maxEventAge' | 'retryAttempts'>;
}

/** A Lambda with the house's defaults: its own role and log group, the settings inside its code, no secret's value. */
export class SuiteFunction extends Construct {
  readonly functionName: FunctionName;
  readonly handler: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: SuiteFunctionProps) {
    super(scope, id);
    this.functionName = props.functionName;
    const logGroup = new LogGroup(this, 'Logs', {
      encryptionKey: props.encryptionKey,
      // The enum's values are numbers of days, and the settings allow only numbers of the enum.
      retention: props.settings.retention.logDays satisfies RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'ServiceRole', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `secrets-audit: ${props.functionName}`,
    });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    this.#limitSecretValues(props.readableSecrets ?? []);
    if (props.egress) this.#allowNetworkInterfaces();

    this.handler = new LambdaFunction(this, 'Function', {
      description: props.description,
      code: bundleOf(this, props.functionName, props.settings),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role: this.role,
      environment: { POWERTOOLS_SERVICE_NAME: props.functionName, ...props.environment },
      memorySize: props.memorySize,
      timeout: props.timeout,
      reservedConcurrentExecutions: props.reservedConcurrentExecutions,
      tracing: Tracing.ACTIVE,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      ...props.asyncInvoke,
    });
    if (props.egress) {
      // Not the property `vpc`, which asks for the VPC and gives the role a managed policy.
      (this.handler.node.defaultChild as CfnFunction).vpcConfig = {
        subnetIds: props.egress.subnets,
        securityGroupIds: props.egress.securityGroups,
      };
    }
    acknowledge(this.role, {
      'AwsSolutions-IAM5[Resource::*]': 'The calls with which Lambda writes X-Ray traces take no resource.',
    });
    acknowledge(this.handler, {
      'Serverless-LambdaDLQ':
        'Failures go to the destination of the event source or of the asynchronous invocation, which also tells the reason. A rotation that failed is started again by Secrets Manager.',
    });
  }

  #limitSecretValues(readable: readonly string[]): void {
    const deny = (...actions: string[]) => ({ effect: Effect.DENY, actions });
    if (readable.length === 0) {
      this.role.addToPolicy(
        new PolicyStatement({
          sid: 'NoSecretValue',
          ...deny('secretsmanager:BatchGetSecretValue', 'secretsmanager:GetSecretValue'),
          resources: ['*'],
        }),
      );
      return;
    }
    this.role.addToPolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [...readable] }),
    );
    this.role.addToPolicy(
      new PolicyStatement({
        sid: 'NoOtherSecretValue',
        ...deny('secretsmanager:GetSecretValue'),
        notResources: [...readable],
      }),
    );
    this.role.addToPolicy(
      new PolicyStatement({
        sid: 'NoSecretValuesInBatches',
        ...deny('secretsmanager:BatchGetSecretValue'),
        resources: ['*'],
      }),
    );
  }

  /** Lambda makes the network interfaces with the role of the function; the function's own code never does. */
  #allowNetworkInterfaces(): void {
    this.role.addToPolicy(new PolicyStatement({ actions: networkInterfaceActions, resources: ['*'] }));
    this.role.addToPolicy(
      new PolicyStatement({
        sid: 'NoNetworkInterfaceByCode',
        effect: Effect.DENY,
        actions: networkInterfaceActions,
        resources: ['*'],
        // Lambda puts this key into the credentials of code, not into its own calls. Whatever its value: only this
        // function has the role, and its ARN is not known before the role is there.
        conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
      }),
    );
    acknowledge(this.role, {
      'AwsSolutions-IAM5[Resource::*]':
        'Lambda makes network interfaces in the subnets with the permissions of AWSLambdaVPCAccessExecutionRole, which take no resource; code that runs with the role is denied them.',
    });
  }
}

/**
 * As AWSLambdaVPCAccessExecutionRole has them. Why code should be denied them:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
const networkInterfaceActions = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/** Where `scripts/bundle.ts` puts the bundles: of the repository when this file is source, of the package when it is built. */
const bundles = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/lambda' : '../../lambda', import.meta.url),
);

/** A function's bundle with the settings beside it. */
function bundleOf(scope: Construct, name: FunctionName, settings: Settings): Code {
  // Template tests skip bundling (context `aws:cdk:bundling-stacks`) and must not need bundles; then any folder does.
  const folder = Stack.of(scope).bundlingRequired ? join(bundles, name) : import.meta.dirname;
  if (!existsSync(folder)) {
    throw new Error(`There is no bundle ${folder}. In the repository, node scripts/bundle.ts makes it.`);
  }
  return Code.fromAsset(folder, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Asked for by the type, and never used: the local bundling always succeeds or throws.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(outputFolder) {
          cpSync(folder, outputFolder, { recursive: true });
          writeFileSync(join(outputFolder, 'settings.json'), JSON.stringify(settings, undefined, 2));
          return true;
        },
      },
    },
  });
}
