import * as z from 'zod';
import { severities } from './severity.ts';

const timestamp = z.iso.datetime().describe('RFC 3339, UTC');

const origin = z
  .union([
    z.object({ ip: z.string(), count: z.int() }),
    z.object({ service: z.string(), count: z.int() }),
    z.object({ vpcEndpoint: z.string(), count: z.int() }),
  ])
  .describe('Where the calls came from: an address, an AWS service or a VPC endpoint');

/**
 * A judgement that a person may want to know about. The public contract: fields are added, never renamed.
 */
export const findingSchema = z.object({
  id: z.string().describe('The same for the same detector, group and UTC day, however often it is judged'),
  revision: z.int().min(1).describe('Grows with every change of the finding'),
  status: z
    .enum(['open', 'withdrawn', 'resolved'])
    .describe(
      'withdrawn: evidence that arrived later shows that it does not hold. resolved: it was so, and no longer is',
    ),
  incident: z.string().nullable().describe('Id of the incident that it is part of'),
  detector: z.string(),
  severity: z.enum(severities),
  title: z.string(),
  explanation: z.string().describe('Why: the number against its threshold, and what is not known'),
  facts: z.array(z.string()).optional().describe('Where it stands, a line each'),
  secret: z
    .object({
      arn: z.string().nullable().describe('The full ARN, where the evidence holds it'),
      name: z.string(),
      account: z.string(),
      region: z.string(),
    })
    .nullable()
    .describe('null where the finding concerns several secrets, or none by name'),
  actor: z
    .object({ principal: z.string(), kind: z.string(), account: z.string() })
    .nullable()
    .describe('The stable identity: a role, a user, a person (role and session name), a service'),
  firstSeen: timestamp.nullable().describe('null where the evidence carries no time'),
  lastSeen: timestamp.nullable(),
  count: z.int().describe('Events; at least this many where the evidence list is full'),
  evidence: z.array(z.string()).describe('Event ids, in order of time, at most 100'),
  origins: z.array(origin),
  agents: z.array(z.object({ family: z.string(), raw: z.string(), count: z.int() })),
  owner: z.string().nullable().describe('Of the secret, by the settings'),
  impact: z.string().nullable().describe('What the secret can do, where the settings say it'),
  suppressed: z
    .object({ id: z.string(), owner: z.string(), until: z.string() })
    .nullable()
    .describe('The suppression of the settings that holds back its announcement'),
  links: z.object({ console: z.string().nullable(), docs: z.string() }),
  attack: z.array(z.object({ id: z.string(), name: z.string() })).describe('MITRE ATT&CK techniques'),
  advice: z.string().describe('What to do next, one step a line'),
});

export type Finding = z.infer<typeof findingSchema>;
