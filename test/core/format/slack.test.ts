import { describe, expect, it } from '@jest/globals';
import { formatSlack, formatSlackReply } from '../../../functions/core/format/slack.ts';
import { incidentAnnouncement } from '../../support/announcements.ts';
import { blockKitProblems } from '../../support/block-kit.ts';
import { finding } from '../../support/findings.ts';

const blocksOf = (...[announcement, buttons = false]: [ReturnType<typeof incidentAnnouncement>, boolean?]) =>
  formatSlack(announcement, { buttons }).blocks;

describe('a Slack message', () => {
  it('has buttons that name the incident and its revision, as long as there is something to decide', () => {
    const announcement = incidentAnnouncement(undefined, { revision: 3 });
    const [actions] = blocksOf(announcement, true).filter(({ type }) => type === 'actions');
    expect(actions).toMatchObject({
      block_id: `incident:${announcement.id}:3`,
      elements: ['acknowledge', 'snooze', 'not-expected'].map((word) => ({
        action_id: word,
        value: `${announcement.id}:3`,
      })),
    });
    expect(blocksOf(announcement).some(({ type }) => type === 'actions')).toBe(false);
    const over = incidentAnnouncement([finding({ status: 'resolved' })]);
    expect(blocksOf(over, true).some(({ type }) => type === 'actions')).toBe(false);
  });

  it('prints a command as it is to be typed, or not at all', () => {
    const told = (name: string) =>
      JSON.stringify(
        blocksOf(incidentAnnouncement([finding({ secret: { arn: null, name, account: '1', region: 'r' } })])),
      );
    expect(told('a_b*c')).toContain("`secrets-audit rotation stage 'a_b*c'`");
    expect(told('a`b')).toContain('The command is in the email.');
  });

  it('keeps the columns of where it stands', () => {
    const facts = ['  ecs prod/a  moved', '  ecs prod/b  ```LAGGING'];
    const blocks = blocksOf(incidentAnnouncement([finding({ facts, actor: null, origins: [], agents: [] })]));
    expect(JSON.stringify(blocks)).toContain('```  ecs prod/a  moved\\n  ecs prod/b  ´´´LAGGING```');
  });

  it('says in the thread what has changed', () => {
    const two = [
      finding({
        id: 'a',
        title: 'first sign',
        firstSeen: '2026-03-02T08:00:00.000Z',
        detector: 'read-burst',
      }),
      finding({ id: 'b', title: 'second sign' }),
    ];
    const reply = (overrides: Parameters<typeof incidentAnnouncement>[1]) =>
      formatSlackReply(incidentAnnouncement(two, { update: 2, was: 'low', ...overrides })).text;
    expect(reply({ change: 'graver' })).toMatch(
      /^HIGH, was LOW {2}INC-\w+: It became graver: high, it was low\.\nLatest: 09:00:00 UTC {2}second sign$/,
    );
    expect(reply({ change: 'new' })).toContain('this is the first that is known of it');
    expect(reply({ change: 'resolved', record: { status: 'resolved' } })).toMatch(/^RESOLVED .*It is over/);
  });
});

describe('the validator of Block Kit', () => {
  const fine = {
    text: 'x',
    unfurl_links: false,
    unfurl_media: false,
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'x', verbatim: true } }],
  };
  const section = (text: object) => ({
    ...fine,
    blocks: [{ type: 'section', text: { ...fine.blocks[0]?.text, ...text } }],
  });

  it.each([
    ['a text that is too long', section({ text: 'x'.repeat(3001) })],
    ['a text of nothing', section({ text: ' ' })],
    ['a mention', section({ text: 'hi <!channel>' })],
    ['a link elsewhere', section({ text: '<https://evil.example|Open in the console>' })],
    ['an entity cut in half', section({ text: 'a &am' })],
    ['text that Slack may change', section({ verbatim: false })],
    ['half a character', section({ text: '\ud800' })],
    ['51 blocks', { ...fine, blocks: Array.from({ length: 51 }, () => fine.blocks[0]) }],
    [
      'a message that is too long in all',
      { ...fine, blocks: Array.from({ length: 6 }, () => section({ text: 'x'.repeat(2900) }).blocks[0]) },
    ],
    ['a block that is not known', { ...fine, blocks: [{ type: 'image' }] }],
    [
      'a header that is too long',
      {
        ...fine,
        blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151), emoji: false } }],
      },
    ],
    ['links that Slack fetches', { ...fine, unfurl_links: true }],
  ])('refuses %s', (_, message) => {
    expect(blockKitProblems(fine)).toEqual([]);
    expect(blockKitProblems(message)).not.toEqual([]);
  });
});
