import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { plural } from '../phrases.ts';
import { minuteOf, money } from '../usage/amounts.ts';
import { sentText } from '../usage/sent-in.ts';
import { hourMs, hourOf, spendingByHour, spendingOf, usualForHour } from '../usage/spending.ts';

/** Told as long as it is one of the last hours; later it is over. */
const hoursLooked = 6;

/** Beyond so many deviations from the median an hour is unusual by its own spread too. */
const deviations = 5;

const hoursShown = 6;

export default defineCheck({
  id: 'usage-spend-spike',
  about: 'usage',
  title: 'More is spent than is usual for that hour of the week',
  severity: 'medium',
  status: 'stable',
  stage: 'access',
  attack: ['T1496.003'],
  rationale:
    'A stolen key is used at its issuer, where CloudTrail sees nothing. What it costs is what can be seen from here, and machines send alike from week to week.',
  falsePositives: [
    'A campaign, an outage with many alerts, a new product.',
    'The change to and from summer time: what follows a local clock moves by an hour of UTC.',
    'A public holiday, or the day after one.',
  ],
  blindSpots: [
    'It says nothing before three earlier weeks of that hour are known.',
    'Whoever spends no more than is usual, or below the least amount, is not seen.',
    'Spending between two probes with a top-up between them is hidden by it.',
    'A time without probes is taken as spent evenly, which flattens what was in it.',
  ],
  response: [
    'Ask the owner whether more was sent on purpose.',
    "Import the issuer's export of sent messages: secrets-audit usage import FILE --secret SECRET",
    'If nobody knows of it: make a new key, secrets-audit rotation stage SECRET, then secrets-audit rotation start SECRET',
  ],
  tellsResolution: false,
  params: z.strictObject({
    times: z.number().min(1).max(1000).default(4).describe('How many times the usual is too much'),
    least: z
      .number()
      .min(0)
      .default(5)
      .describe("What an hour must cost at least, in the account's currency"),
  }),
  judge(state, { times, least }, now) {
    const spending = spendingOf(state.samples);
    if (!spending) return 'unknown';
    const { currency, kind } = spending;
    const hours = spendingByHour(spending);
    const current = hourOf(now);
    const recent = hours.filter(({ hour }) => hour > current - hoursLooked * hourMs && hour <= current);
    const judged = recent.map((each) => ({ ...each, usual: usualForHour(hours, each.hour) }));
    const over = judged.flatMap(({ hour, amount, usual }) => {
      const limit =
        usual && Math.max(least, times * usual.amount, usual.amount + deviations * usual.deviation);
      return usual && limit !== undefined && amount >= limit && amount > usual.amount
        ? [{ hour, amount, usual, limit }]
        : [];
    });
    const [first] = over;
    if (!first) return judged.length === 0 || judged.some(({ usual }) => !usual) ? 'unknown' : undefined;
    const worst = over.reduce((most, each) => (each.amount > most.amount ? each : most));
    const last = over.at(-1) ?? first;
    return {
      title: `${money(worst.amount, currency)} was spent with ${state.secret.name} within an hour; usual is ${money(worst.usual.amount, currency)}`,
      explanation: `The hour from ${minuteOf(worst.hour)} cost ${money(worst.amount, currency)} ${kind === 'prepaid' ? 'of the balance' : 'by the invoice of this month'}. The same hour of ${plural(worst.usual.weeks, 'earlier week')} cost ${money(worst.usual.amount, currency)} in the median; limit ${money(worst.limit, currency)}. ${sentText(state, first.hour, last.hour + hourMs)}`,
      facts: over
        .slice(-hoursShown)
        .map(
          ({ hour, amount, usual }) =>
            `${minuteOf(hour)}  ${money(amount, currency)}, usually ${money(usual.amount, currency)}`,
        ),
      since: first.hour,
      count: over.length,
    };
  },
});
