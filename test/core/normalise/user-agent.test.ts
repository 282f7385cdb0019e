import { describe, expect, it } from '@jest/globals';
import { parseUserAgent } from '../../../functions/core/normalise/user-agent.ts';

it.each([
  ['aws-cli/2.17.32 md/awscrt#0.21.2 lang/python#3.11.9', 'aws-cli'],
  ['Boto3/1.34.0 md/Botocore#1.34.0 exec-env/AWS_Lambda_python3.12', 'aws-lambda'],
  ['Boto3/1.34.0 md/Botocore#1.34.0', 'boto3'],
  ['APN/1.0 HashiCorp/1.0 Terraform/1.1.2 terraform-provider-aws/3.76.1 aws-sdk-go/1.44.157', 'terraform'],
  ['aws-sdk-go-v2/1.30.0 os/linux', 'aws-sdk-go'],
  ['aws-cli/2.1 exec-env/CloudShell', 'cloudshell'],
  ['stratus-red-team_10e7edf3', 'stratus-red-team'],
  ['TruffleHog', 'trufflehog'],
  ['Boto3/1.26.3 Python/3.9 Linux/5.10 Botocore/1.29.3 APN_1826889', 'prowler'],
  ['Boto3/1.26.3 md/Botocore#1.29 Scout Suite/5.14.0', 'scoutsuite'],
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

describe('the platform', () => {
  it.each([
    [
      'boto3/1.34.84 md/Botocore#1.34.84 ua/2.0 os/linux#6.1.0 md/arch#x86_64 lang/python#3.11.8',
      'boto3 python3.11 linux',
    ],
    ['Boto3/1.26.3 Python/3.9.2 Linux/5.10.0 Botocore/1.29.3', 'boto3 python3.9 linux'],
    ['aws-sdk-js/3.500.0 ua/2.0 os/linux#5.10 lang/js md/nodejs#20.9.0', 'aws-sdk-js nodejs20 linux'],
    ['aws-sdk-nodejs/2.1400.0 linux/v18.16.0 promise', 'aws-sdk-js linux'],
    [
      'aws-sdk-java/2.25.1 Linux/5.10.210 OpenJDK_64-Bit_Server_VM/21.0.2 Java/21.0.2 vendor/Amazon.com_Inc.',
      'aws-sdk-java java21 linux',
    ],
    ['aws-sdk-go-v2/1.24.0 os/macos lang/go#1.21.3 md/GOOS#darwin', 'aws-sdk-go go1.21 macos'],
    ['aws-sdk-go/1.44.157 (go1.19.3; linux; amd64)', 'aws-sdk-go go1.19 linux'],
    [
      'aws-cli/2.15.0 md/awscrt#0.22.0 ua/2.0 os/windows#10 md/arch#amd64 lang/python#3.11.9',
      'aws-cli windows',
    ],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/126.0.0.0', 'console macos'],
    ['stratus-red-team_10e7edf3', undefined],
  ])('of %s is %s', (raw, platform) => {
    expect(parseUserAgent(raw).platform).toBe(platform);
  });

  it('stays the same when patch versions, kernels and architectures change', () => {
    const agent = (sdk: string, kernel: string, python: string, architecture: string) =>
      parseUserAgent(
        `Boto3/${sdk} md/Botocore#${sdk} ua/2.1 os/linux#${kernel} md/arch#${architecture} lang/python#${python}`,
      ).platform;
    expect(agent('1.34.84', '6.1.0', '3.11.8', 'x86_64')).toBe(
      agent('1.40.2', '5.10.2', '3.11.1', 'aarch64'),
    );
    expect(agent('1.34.84', '6.1.0', '3.11.8', 'x86_64')).not.toBe(
      agent('1.34.84', '6.1.0', '3.12.8', 'x86_64'),
    );
  });
});

describe('a penetration tester’s system', () => {
  it.each([
    ['aws-cli/2.15.0 Python/3.11.6 Linux/6.5.0-kali3-amd64 prompt/off', 'kali'],
    ['aws-cli/2.17 md/installer#source md/distrib#kali.2024.4 md/prompt#off', 'kali'],
    ['Boto3/1.34 ua/2.0 os/linux#6.6.9-amd64+kali md/arch#x86_64', 'kali'],
    ['Boto3/1.34 os/linux#6.5.0-13parrot1-amd64 lang/python#3.11', 'parrot'],
    ['aws-cli/2.15.0 Linux/6.5.0-generic command/alkaline-kalium', undefined],
  ])('of %s is %s', (raw, suspicious) => {
    expect(parseUserAgent(raw).suspicious).toBe(suspicious);
  });
});
