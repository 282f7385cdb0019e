import type { Stream } from './random.ts';

/**
 * What clients send as user agent, in the forms of their SDKs. Versions are of 2024 to 2026 and rise when something is
 * deployed again; nothing else of a principal's user agent changes without a reason.
 */
export const agents = {
  boto3: (stream: Stream): string => {
    const version = `1.${stream.int(34, 40)}.${stream.int(0, 160)}`;
    return `Boto3/${version} md/Botocore#${version} ua/2.1 os/linux#${stream.pick(['5.10.226-214.880.amzn2.x86_64', '6.1.112-122.189.amzn2023.x86_64'])} md/arch#x86_64 lang/python#3.${stream.int(9, 12)}.${stream.int(1, 9)} md/pyimpl#CPython cfg/retry-mode#legacy Botocore/${version}`;
  },
  boto3Lambda: (stream: Stream): string => {
    const version = `1.34.${stream.int(40, 145)}`;
    return `Boto3/${version} md/Botocore#${version} ua/2.0 os/linux#5.10.227-239.884.amzn2.x86_64 md/arch#x86_64 lang/python#3.12.${stream.int(1, 7)} md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 cfg/retry-mode#legacy Botocore/${version}`;
  },
  node: (stream: Stream): string =>
    `aws-sdk-js/3.${stream.int(500, 720)}.0 ua/2.0 os/linux#5.10.${stream.int(200, 228)} lang/js md/nodejs#20.${stream.int(9, 18)}.0 api/secrets-manager#3.${stream.int(500, 720)}.0`,
  nodeLambda: (stream: Stream): string =>
    `aws-sdk-js/3.${stream.int(500, 720)}.0 ua/2.0 os/linux#5.10.227 lang/js md/nodejs#22.${stream.int(1, 12)}.0 api/secrets-manager#3.${stream.int(500, 720)}.0 exec-env/AWS_Lambda_nodejs22.x`,
  java: (stream: Stream): string =>
    `aws-sdk-java/2.${stream.int(25, 31)}.${stream.int(0, 60)} Linux/5.10.${stream.int(210, 228)}-208.862.amzn2.x86_64 OpenJDK_64-Bit_Server_VM/21.0.${stream.int(2, 5)}+9-LTS Java/21.0.${stream.int(2, 5)} vendor/Amazon.com_Inc. io/sync http/Apache cfg/retry-mode/legacy`,
  javaCache: (stream: Stream): string =>
    `AwsSecretCache/2.0.${stream.int(0, 3)} aws-sdk-java/2.${stream.int(25, 31)}.${stream.int(0, 60)} Linux/5.10.${stream.int(210, 228)}-208.862.amzn2.x86_64 OpenJDK_64-Bit_Server_VM/17.0.11+9-LTS Java/17.0.11 vendor/Amazon.com_Inc. io/sync http/Apache cfg/retry-mode/legacy`,
  go: (stream: Stream): string =>
    `aws-sdk-go-v2/1.${stream.int(24, 32)}.${stream.int(0, 7)} os/linux lang/go#1.${stream.int(21, 23)}.${stream.int(0, 8)} md/GOOS#linux md/GOARCH#amd64 api/secretsmanager#1.${stream.int(26, 34)}.${stream.int(0, 7)}`,
  ecsAgent: (stream: Stream): string =>
    `Amazon ECS Agent - v1.${stream.int(80, 89)}.${stream.int(0, 3)} (linux) (+http://aws.amazon.com/ecs/) aws-sdk-go/1.51.${stream.int(1, 20)}`,
  externalSecrets: (stream: Stream): string =>
    `external-secrets aws-sdk-go/1.${stream.int(50, 55)}.${stream.int(0, 30)} (go1.22.${stream.int(1, 8)}; linux; amd64)`,
  terraform: (stream: Stream): string =>
    `APN/1.0 HashiCorp/1.0 Terraform/1.${stream.int(7, 10)}.${stream.int(0, 6)} (+https://www.terraform.io) terraform-provider-aws/5.${stream.int(50, 82)}.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.${stream.int(27, 32)}.2 os/linux lang/go#1.23.3 md/GOOS#linux md/GOARCH#amd64 api/secretsmanager#1.34.${stream.int(1, 8)}`,
} as const;

/** The programs that carry their names in front of everybody, by those names. */
export const offensiveAgents: readonly (readonly [name: string, agent: string])[] = [
  ['TruffleHog', 'TruffleHog'],
  ['Pacu', 'Boto3/1.26.80 Python/3.11.6 Linux/6.5.0-kali3-amd64 Botocore/1.29.80 exec-env/pacu pacu/1.6.0'],
  ['Stratus Red Team', 'stratus-red-team_4f0c2f34-6f0b-4f4c-9a58-0c7cfa1de0f7'],
];

/** boto3 as somebody runs it on a machine of one's own. */
export const privateBoto3 = (system: string, python: string, version: string): string =>
  `Boto3/${version} md/Botocore#${version} ua/2.1 os/${system} lang/python#${python} md/pyimpl#CPython cfg/retry-mode#legacy Botocore/${version}`;

export type System = 'macos' | 'windows' | 'linux';

/** The AWS command line; it adds the command that was given. */
export const commandLine = (stream: Stream, system: System): ((command: string) => string) => {
  const os = {
    macos: `os/macos#${stream.int(22, 24)}.${stream.int(1, 6)}.0 md/arch#arm64`,
    windows: 'os/windows#10 md/arch#amd64',
    linux: `os/linux#6.8.0-${stream.int(30, 60)}-generic md/arch#x86_64`,
  }[system];
  const version = `2.${stream.int(15, 22)}.${stream.int(0, 40)}`;
  const python = system === 'macos' ? '3.12.6' : '3.11.9';
  return (command) =>
    `aws-cli/${version} md/awscrt#0.22.0 ua/2.0 ${os} lang/python#${python} md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#${command}`;
};

export const cloudShell = (stream: Stream): ((command: string) => string) => {
  const version = `2.${stream.int(17, 22)}.${stream.int(0, 40)}`;
  return (command) =>
    `aws-cli/${version} md/awscrt#0.22.0 ua/2.0 os/linux#6.1.112-122.189.amzn2023.x86_64 md/arch#x86_64 lang/python#3.12.6 md/pyimpl#CPython exec-env/CloudShell cfg/retry-mode#standard md/installer#exe md/distrib#amzn.2023 md/prompt#off md/command#${command}`;
};

export function browser(stream: Stream, system: System): string {
  const platform = {
    macos: 'Macintosh; Intel Mac OS X 10_15_7',
    windows: 'Windows NT 10.0; Win64; x64',
    linux: 'X11; Linux x86_64',
  }[system];
  const version = stream.int(126, 134);
  return stream.chance(0.75)
    ? `Mozilla/5.0 (${platform}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`
    : `Mozilla/5.0 (${platform}; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`;
}
