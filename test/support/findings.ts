import { type Finding, findingSchema } from '../../functions/core/model/finding.ts';
import { account, region, secretArn } from './records.ts';

/** A finding as the engine makes them, for what shows and sends findings. */
export const finding = (overrides: Partial<Finding> = {}): Finding =>
  findingSchema.parse({
    id: '0123456789abcdef0123456789abcdef',
    revision: 1,
    status: 'open',
    incident: null,
    detector: 'mass-retrieval',
    severity: 'high',
    title: '25 secrets read in 4 seconds by user/intruder',
    explanation: '25 different secrets in 4 seconds; the limit is 20 within 6 minutes.',
    secret: { arn: secretArn('sms/clockwork'), name: 'sms/clockwork', account, region },
    actor: { principal: `arn:aws:iam::${account}:user/intruder`, kind: 'user', account },
    firstSeen: '2026-03-02T09:00:00.000Z',
    lastSeen: '2026-03-02T09:00:04.000Z',
    count: 25,
    evidence: Array.from(
      { length: 25 },
      (_, index) => `e0000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    ),
    origins: [
      { ip: '198.51.100.7', count: 24 },
      { vpcEndpoint: 'vpce-0a1b2c3d', count: 1 },
    ],
    agents: [{ family: 'aws-cli', raw: 'aws-cli/2.17.0', count: 25 }],
    owner: null,
    impact: null,
    suppressed: null,
    links: {
      console: `https://${region}.console.aws.amazon.com/secretsmanager/secret?name=sms%2Fclockwork&region=${region}`,
      docs: 'docs/detectors/mass-retrieval.md',
    },
    attack: [{ id: 'T1555.006', name: 'Credentials from Password Stores: Cloud Secrets Management Stores' }],
    advice:
      'Ask the owner of the identity whether this was planned.\nIf not: revoke its sessions and credentials, then rotate the secrets that were read, those in use outside AWS first.\nLook at what else the identity did in the hour before.',
    ...overrides,
  });

/** Everything that a user agent or a secret's name could hold to deceive a reader. */
export const hostile = `<!channel> <script>alert(1)</script> *b* _i_ ~s~ \`c\` & \u001b[31mred\u202e\u2066 \r\nBcc: x@example.com \u0000 ${'x'.repeat(10_000)}`;
