import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { formatEmail } from '../../../functions/core/format/email.ts';
import { formatSlack, formatSlackReply } from '../../../functions/core/format/slack.ts';
import { anyAnnouncement } from '../../support/any-announcement.ts';
import { blockKitProblems } from '../../support/block-kit.ts';

const numRuns = Number(process.env['MESSAGES'] ?? 150);

describe(`of ${numRuns} announcements, whatever the log holds,`, () => {
  test('each email keeps SNS’s rules and 78 columns, and hides nothing', () => {
    fc.assert(
      fc.property(anyAnnouncement, (announcement) => {
        const { subject, text } = formatEmail(announcement);
        expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(text.isWellFormed()).toBe(true);
        expect(text.length).toBeLessThan(announcement.kind === 'digest' ? 45_000 : 16_000);
        const long = text
          .split('\n')
          .filter((line) => widthOf(line) > 78 && !line.startsWith('https://') && !isOnePiece(line));
        expect(long).toEqual([]);
      }),
      { seed: 6, numRuns },
    );
  });

  test('each Slack message keeps Block Kit’s limits and mentions nobody', () => {
    fc.assert(
      fc.property(anyAnnouncement, fc.boolean(), (announcement, buttons) => {
        expect(blockKitProblems(formatSlack(announcement, { buttons }))).toEqual([]);
        expect(blockKitProblems(formatSlackReply(announcement))).toEqual([]);
      }),
      { seed: 7, numRuns },
    );
  });
});

/** What a terminal makes of marks on letters, and of emoji that were cut apart, differs from one to the next. */
const widthOf = (line: string): number =>
  /\p{RI}|\p{Extended_Pictographic}/u.test(line)
    ? [...line].length
    : stringWidth(line.replace(/\p{Mark}/gu, ''));

/** A quoted name in a command: a line break in it would be another name. */
const isOnePiece = (line: string): boolean => /^ *(?:--[\w-]+ )?'[^']*'?(?:\\''[^']*'?)*(?: \\)?$/.test(line);
