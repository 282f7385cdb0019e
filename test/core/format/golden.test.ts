import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { announcementSchema } from '../../../functions/core/model/announcement.ts';
import { alertSamples, limitSamples } from '../../../scripts/alert-samples.ts';
import { emailGolden, slackGolden } from '../../../scripts/alerts-page.ts';
import { blockKitProblems } from '../../support/block-kit.ts';

const golden = (file: string): string => readFileSync(join(import.meta.dirname, 'golden', file), 'utf8');

/** `npm run generate` writes the files; read them as whoever receives them would. */
describe.each([...alertSamples, ...limitSamples])('$name', (sample) => {
  test('reads as it is kept', () => {
    expect(emailGolden(sample)).toBe(golden(`${sample.name}.txt`));
    expect(slackGolden(sample)).toBe(golden(`${sample.name}.slack.json`));
  });

  test('is a document of the published schema, and blocks that Slack takes', () => {
    expect(announcementSchema.safeParse(sample.announcement).error).toBeUndefined();
    const { message, reply } = JSON.parse(slackGolden(sample));
    expect([...blockKitProblems(message), ...blockKitProblems(reply)]).toEqual([]);
  });
});
