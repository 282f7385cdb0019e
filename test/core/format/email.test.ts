import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatEmail } from '../../../functions/core/format/email.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import { incidentAnnouncement } from '../../support/announcements.ts';
import { finding, hostile } from '../../support/findings.ts';

const emailOf = (told: Finding) => formatEmail(incidentAnnouncement([told]));

describe('an email', () => {
  it('says what and where, why, and what to do', () => {
    expect(emailOf(finding())).toMatchInlineSnapshot(`
{
  "subject": "[HIGH] 25 secrets read in 4 seconds by user/intruder",
  "text": "WHAT HAPPENED
25 secrets read in 4 seconds by user/intruder

Secret: sms/clockwork (111122223333, eu-west-1)
Who:    user/intruder (user, 111122223333)
From:   198.51.100.7 (24), vpce-0a1b2c3d (1)
With:   aws-cli (25)
When:   02 Mar 2026 09:00:00 UTC to 02 Mar 2026 09:00:04 UTC

WHY WE SAY THIS
25 different secrets in 4 seconds; the limit is 20 within 6 minutes.

DO NOW
1. Ask the owner of the identity whether this was planned.
2. If not: revoke its sessions and credentials, then rotate the secrets
   that were read, those in use outside AWS first.
3. Look at what else the identity did in the hour before.

https://eu-west-1.console.aws.amazon.com/secretsmanager/secret?name=sms%2Fclockwork&region=eu-west-1

EVIDENCE (CloudTrail event ids)
e0000000-0000-4000-8000-000000000000
e0000000-0000-4000-8000-000000000001
e0000000-0000-4000-8000-000000000002
e0000000-0000-4000-8000-000000000003
e0000000-0000-4000-8000-000000000004
e0000000-0000-4000-8000-000000000005
e0000000-0000-4000-8000-000000000006
e0000000-0000-4000-8000-000000000007
e0000000-0000-4000-8000-000000000008
e0000000-0000-4000-8000-000000000009
and 15 more

REFERENCE
Finding 0123456789abcdef0123456789abcdef, revision 1, detector mass-retrieval
MITRE ATT&CK T1555.006: Credentials from Password Stores: Cloud Secrets
Management Stores
",
}
`);
  });

  it('keeps the layout of where it stands, also where a line is too long', () => {
    const facts = ['Would stop working:', `  sms-sender: ${'reads it often '.repeat(6).trim()}`];
    expect(emailOf(finding({ facts })).text).toContain(
      [
        'WHERE IT STANDS',
        'Would stop working:',
        '  sms-sender: reads it often reads it often reads it often reads it often',
        '  reads it often reads it often',
      ].join('\n'),
    );
  });

  it('names places by service or endpoint, and says what is not in the log', () => {
    const { text } = emailOf(
      finding({
        secret: null,
        origins: [{ service: 'cloudformation.amazonaws.com', count: 2 }],
        agents: [],
        firstSeen: null,
        lastSeen: null,
        links: { console: null, docs: 'x' },
      }),
    );
    expect(text).toContain('From:   cloudformation.amazonaws.com (2)');
    expect(text).toContain('With:   not in the log');
    expect(text).toContain('When:   at an unknown time');
    expect(text).toContain('several secrets or none by name');
    expect(emailOf(finding({ secret: null, actor: null, origins: [] })).text).toContain(
      'Secret: several secrets\n',
    );
  });

  it('keeps SNS’s rules for subjects and 78 columns, whatever the log holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.constant(hostile)), (text) => {
        const email = emailOf(
          finding({
            title: text.slice(0, 300),
            explanation: text.slice(0, 3000),
            agents: [{ family: text.slice(0, 40), raw: text, count: 1 }],
            actor: { principal: text, kind: 'user', account: '111122223333' },
          }),
        );
        expect(email.subject).toMatch(/^[\x20-\x7e]{1,99}$/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
        expect(email.text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
        for (const line of email.text.split('\n')) expect([...line].length).toBeLessThanOrEqual(120);
      }),
      { seed: 3, numRuns: 60 },
    );
    const lines = emailOf(finding({ title: 'word '.repeat(50), explanation: 'x'.repeat(500) })).text.split(
      '\n',
    );
    expect(Math.max(...lines.filter((line) => !line.startsWith('https:')).map((line) => line.length))).toBe(
      78,
    );
  });

  it('writes letters with marks without them in the subject', () => {
    expect(emailOf(finding({ title: 'Zoë read 3 secrets — 日' })).subject).toBe(
      '[HIGH] Zoe read 3 secrets ? ?',
    );
  });
});
