import { expect, it } from '@jest/globals';
import { parseUserAgent } from '../../../functions/core/normalise/user-agent.ts';

it.each([
  ['aws-cli/2.17.32 md/awscrt#0.21.2 lang/python#3.11.9', 'aws-cli'],
  ['Boto3/1.34.0 md/Botocore#1.34.0 exec-env/AWS_Lambda_python3.12', 'aws-lambda'],
  ['Boto3/1.34.0 md/Botocore#1.34.0', 'boto3'],
  ['APN/1.0 HashiCorp/1.0 Terraform/1.1.2 terraform-provider-aws/3.76.1 aws-sdk-go/1.44.157', 'terraform'],
  ['aws-sdk-go-v2/1.30.0 os/linux', 'aws-sdk-go'],
  ['aws-cli/2.1 exec-env/CloudShell', 'cloudshell'],
  ['stratus-red-team_10e7edf3', 'stratus-red-team'],
  ['secretsmanager.amazonaws.com', 'secretsmanager.amazonaws.com'],
  ['Mozilla/5.0 (X11)', 'console'],
  ['[MyTool/1.0]', 'MyTool'],
  ['<script>', 'unknown'],
  [undefined, 'unknown'],
])('%s is %s', (raw, family) => {
  expect(parseUserAgent(raw).family).toBe(family);
});

it('keeps a long one short', () => {
  expect(parseUserAgent('x'.repeat(10_000)).raw).toHaveLength(256);
});
