import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatAmazonQ } from '../../../functions/core/format/amazon-q.ts';
import type { Announcement } from '../../../functions/core/model/announcement.ts';
import { digestAnnouncement, incidentAnnouncement, testAnnouncement } from '../../support/announcements.ts';
import { finding, hostile } from '../../support/findings.ts';

describe('a notification for Amazon Q', () => {
  it('tells an incident', () => {
    expect(formatAmazonQ(incidentAnnouncement())).toMatchSnapshot();
  });

  it('tells that it became graver, what else belongs to it, whose it is and what GuardDuty says', () => {
    const announcement = incidentAnnouncement(
      [
        finding({ owner: 'messaging', impact: 'Sends SMS in our name.' }),
        finding({ id: 'f'.repeat(32), severity: 'low', title: 'user/intruder was refused at 3 secrets' }),
      ],
      {
        revision: 3,
        change: 'graver',
        was: 'low',
        update: 2,
        related: [
          {
            product: 'GuardDuty',
            id: 'g1',
            type: 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS',
            severity: 'high',
            title: 'Credentials are used from outside AWS',
            at: '2026-03-02T09:01:00.000Z',
          },
        ],
        whole: 's3://bucket/announcements/inc-1/3.json',
      },
    );
    expect(formatAmazonQ(announcement)).toMatchSnapshot();
  });

  it.each(['resolved', 'withdrawn'] as const)(
    'tells that it is %s, and that nothing is to be done',
    (status) => {
      const { content } = formatAmazonQ(incidentAnnouncement([finding({ status })]));
      expect(content.title).toMatch(new RegExp(`^${status.toUpperCase()}  `));
      expect(content.nextSteps).toEqual([expect.stringMatching(/^Nothing\./)]);
    },
  );

  it('asks nobody to acknowledge what somebody looks after', () => {
    const entry = {
      at: '2026-03-02T09:05:00.000Z',
      by: 'anika',
      word: 'acknowledge',
      reason: 'mine',
    } as const;
    const { content } = formatAmazonQ(incidentAnnouncement([finding()], { record: { acknowledged: entry } }));
    expect(content.nextSteps).toHaveLength(3);
  });

  it('points to the incident that tells it now', () => {
    const record = { status: 'merged', mergedInto: 'inc-4f2a91c07d3e5b86' } as const;
    const { content } = formatAmazonQ(incidentAnnouncement([finding()], { record }));
    expect(content.nextSteps).toEqual(['Go on with INC-4F2A91.']);
  });

  it('tells a digest', () => {
    expect(formatAmazonQ(digestAnnouncement({ owner: 'data', because: 'owner' }))).toMatchSnapshot();
  });

  it('tells a test', () => {
    expect(formatAmazonQ(testAnnouncement())).toMatchSnapshot();
  });

  it('leaves a command as it is, as code', () => {
    const advice =
      'Look: aws sts get-caller-identity --profile my_profile   (costs nothing)\nsecrets-audit x `y`';
    const { nextSteps } = formatAmazonQ(incidentAnnouncement([finding({ advice })])).content;
    expect(nextSteps.slice(0, 2)).toEqual([
      'Look: `aws sts get-caller-identity --profile my_profile`   (costs nothing)',
      'secrets-audit x \u200b`y\u200b`',
    ]);
  });

  it('formats, links and mentions nothing of what a log holds, and keeps the limits', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 3000 }),
      fc.string({ unit: fc.constantFrom(...'<>&*_~`[]()!@#|:/ \n\u202eax'), maxLength: 400 }),
      fc.constantFrom(
        hostile,
        '&'.repeat(3000),
        '<!here>'.repeat(700),
        '*_~`'.repeat(700),
        '\u0007'.repeat(900),
      ),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const told = finding({
          title: text,
          explanation: text,
          impact: text,
          owner: text,
          facts: Array.from({ length: 30 }, () => text),
          advice: Array.from({ length: 20 }, () => `secrets-audit ${text.replaceAll('\n', ' ')}`).join('\n'),
          secret: { name: text, arn: text, account: '1', region: 'r' },
          actor: { principal: text, kind: 'user', account: '1' },
          agents: Array.from({ length: 20 }, () => ({ family: text, raw: text, count: 1 })),
        });
        const entry = { ...digestAnnouncement().sections[0]?.entries[0], title: text, note: text };
        const announcements: Announcement[] = [
          incidentAnnouncement(Array.from({ length: 12 }, () => told)),
          digestAnnouncement({
            owner: text,
            sections: [
              { title: 'Held back', entries: Array.from({ length: 50 }, () => entry as never), more: 3 },
            ],
          }),
          testAnnouncement({ by: text, targets: [text] }),
        ];
        for (const announcement of announcements) keepsItsForm(formatAmazonQ(announcement));
      }),
      { seed: 6, numRuns: 40 },
    );
  });
});

function keepsItsForm(notification: ReturnType<typeof formatAmazonQ>): void {
  const { title, description, nextSteps, keywords } = notification.content;
  expect(title.length).toBeLessThanOrEqual(150);
  expect(description.length).toBeLessThanOrEqual(3000);
  expect(nextSteps.length).toBeLessThanOrEqual(8);
  expect([title, description, ...nextSteps, ...keywords].join('\n').length).toBeLessThan(13_200);
  for (const text of [title, description, ...nextSteps, ...keywords]) {
    // Our own labels and code aside, nothing that begins formatting stands without its zero-width space.
    const foreign = text.replace(/^\*[^*\u200b]+\*/gm, '').replace(/`[^`\u200b]*`/, '');
    expect(foreign).not.toMatch(/(?<!\u200b)[*_~`[\]]|(?<!\u200b):\/\/|@(?!\u200b)/);
    expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
  }
}
