import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatSlack } from '../../../functions/core/format/slack.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import { incidentAnnouncement } from '../../support/announcements.ts';
import { finding, hostile } from '../../support/findings.ts';

const messageOf = (told: Finding) => formatSlack(incidentAnnouncement([told]), { buttons: false });

describe('a Slack message', () => {
  it('says what, who, from where, why and what to do', () => {
    expect(messageOf(finding())).toMatchInlineSnapshot(`
{
  "blocks": [
    {
      "text": {
        "emoji": false,
        "text": "HIGH  25 secrets read in 4 seconds by user/intruder",
        "type": "plain_text",
      },
      "type": "header",
    },
    {
      "fields": [
        {
          "text": "*Secret*
sms/clockwork (111122223333, eu-west-1)",
          "type": "mrkdwn",
        },
        {
          "text": "*Who*
user/intruder (user, 111122223333)",
          "type": "mrkdwn",
        },
        {
          "text": "*From*
198.51.100.7 (24), vpce-0a1b2c3d (1)",
          "type": "mrkdwn",
        },
        {
          "text": "*With*
aws-cli (25)",
          "type": "mrkdwn",
        },
        {
          "text": "*First seen*
02 Mar 2026 09:00:00 UTC",
          "type": "mrkdwn",
        },
        {
          "text": "*Last seen*
02 Mar 2026 09:00:04 UTC",
          "type": "mrkdwn",
        },
      ],
      "type": "section",
    },
    {
      "text": {
        "text": "*Why* 25 different secrets in 4 seconds; the limit is 20 within 6 minutes.",
        "type": "mrkdwn",
      },
      "type": "section",
    },
    {
      "text": {
        "text": "*Do now*
1. Ask the owner of the identity whether this was planned.
2. If not: revoke its sessions and credentials, then rotate the secrets that were read, those in use outside AWS first.
3. Look at what else the identity did in the hour before.",
        "type": "mrkdwn",
      },
      "type": "section",
    },
    {
      "text": {
        "text": "<https://eu-west-1.console.aws.amazon.com/secretsmanager/secret?name=sms%2Fclockwork&amp;region=eu-west-1|Open the secret in the console>",
        "type": "mrkdwn",
      },
      "type": "section",
    },
    {
      "elements": [
        {
          "text": "Finding 0123456789abcdef0123456789abcdef, revision 1, mass-retrieval. Events: e0000000-0000-4000-8000-000000000000, e0000000-0000-4000-8000-000000000001, e0000000-0000-4000-8000-000000000002, e0000000-0000-4000-8000-000000000003, e0000000-0000-4000-8000-000000000004 and 20 more",
          "type": "mrkdwn",
        },
      ],
      "type": "context",
    },
  ],
  "text": "HIGH  25 secrets read in 4 seconds by user/intruder",
}
`);
  });

  it('has no link where there is none', () => {
    expect(JSON.stringify(messageOf(finding({ links: { console: null, docs: 'x' } })))).not.toContain(
      'https:',
    );
  });

  it('keeps Block Kit’s limits and mentions nobody, whatever the log holds', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 3000 }),
      fc.constantFrom(hostile, '&'.repeat(3000), '<'.repeat(3000), '*_~`'.repeat(700)),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const message = messageOf(
          finding({
            title: text.slice(0, 300),
            explanation: text.slice(0, 3000),
            secret: { name: text, arn: null, account: '1', region: 'r' },
            actor: { principal: text, kind: 'user', account: '1' },
            agents: Array.from({ length: 20 }, () => ({ family: text, raw: text, count: 1 })),
            evidence: [text],
          }),
        );
        expect(message.blocks.length).toBeLessThanOrEqual(50);
        for (const block of message.blocks) {
          if (block.type === 'header') expect(block.text.text.length).toBeLessThanOrEqual(150);
          if (block.type === 'section') {
            expect(block.text?.text.length ?? 1).toBeLessThanOrEqual(3000);
            for (const field of block.fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2000);
          }
        }
        const shown = JSON.stringify(message.blocks.filter(({ type }) => type !== 'header'));
        expect(shown).not.toMatch(/<[!@#]/);
        expect(message.text).not.toMatch(/<[!@#]/);
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});
