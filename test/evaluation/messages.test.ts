import { describe, expect, it } from '@jest/globals';
import { messagesOf, type SentMessage } from '../../evaluation/messages.ts';
import { messagesByWeek, worstDay } from '../../evaluation/messages-measure.ts';
import { type Simulation, simulate } from '../../evaluation/simulated-data.ts';

/** Smaller than what `npm run evaluate:messages` measures. */
const small: Simulation = { seed: 101, index: 0, days: 60, secrets: 60, principals: 80 };

const of = (kind: SentMessage['kind'], messages: readonly SentMessage[]) =>
  messages.filter((message) => message.kind === kind);

describe('how often a channel is disturbed, by the defaults', () => {
  it('by one intruder at most three times a day', async () => {
    const data = simulate(small);
    const messages = await messagesOf(data);
    const days = data.attacks.map(({ eventIds }) => worstDay(messages, eventIds).length);
    expect(days.filter((count) => count > 0).length).toBeGreaterThan(20);
    expect(Math.max(...days)).toBeLessThanOrEqual(3);
  }, 120_000);

  it('in weeks without attacks by at most one digest each', async () => {
    const data = simulate({ ...small, kinds: [] });
    const weeks = messagesByWeek(await messagesOf(data), data);
    const digests = weeks.map((week) => of('digest', week).length);
    expect(Math.max(...digests)).toBe(1);
    // What is told by itself is a false alarm: seldom, but not never.
    expect(of('incident', weeks.flat()).length).toBeLessThanOrEqual(weeks.length);
  }, 120_000);
});
