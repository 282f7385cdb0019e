import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { plural } from '../phrases.ts';
import { minuteOf, money } from '../usage/amounts.ts';
import { forecast } from '../usage/forecast.ts';

const dayMs = 86_400_000;

/** A balance that is older says little of today. */
const freshMs = dayMs;

export default defineCheck({
  id: 'usage-low-balance',
  about: 'usage',
  title: 'A prepaid balance is nearly used up',
  severity: 'low',
  status: 'stable',
  stage: 'change',
  attack: [],
  rationale:
    'Without credit nothing is sent any more, alerts and one-time codes included. A balance that is used up sooner than usual is also what a stolen key looks like.',
  falsePositives: [
    'A top-up that is made by hand shortly before the end, each month.',
    'A campaign of some days, which ends before the balance does.',
  ],
  blindSpots: [
    'Invoiced accounts have no balance that could be used up; a limit of the issuer is not known.',
    'The rate is the median of the last 7 days: what begins now shows after some of them, and two days must be known.',
    'What is spent between two probes with a top-up between them is not seen.',
  ],
  response: [
    'Look whether the rate is usual: the check usage-spend-spike says so where three weeks are known.',
    'Top up at the issuer, or ask who owns the account to.',
  ],
  tellsResolution: false,
  params: z.strictObject({
    days: z
      .int()
      .min(1)
      .max(60)
      .default(7)
      .describe('Forecast below which it is told; below half of it medium'),
  }),
  judge({ samples, secret }, { days }, now) {
    const last = samples.findLast(({ standing }) => standing === 'valid' || standing === 'unfunded');
    if (!last || now - last.at > freshMs) return 'unknown';
    const isPrepaid = last.balance?.kind === 'prepaid';
    if (last.standing === 'unfunded' || (isPrepaid && (last.balance?.amount ?? 0) <= 0)) {
      const since = samples.findLast(({ at, balance }) => at < last.at && (balance?.amount ?? 0) > 0);
      return {
        title: `The balance behind ${secret.name} is used up`,
        explanation: `${last.balance ? `Balance ${money(last.balance.amount, last.balance.currency)}` : `The issuer says: ${last.reason}`}, seen ${minuteOf(last.at)}. The key works, and nothing can be sent with it.`,
        severity: 'high',
        stage: 'empty',
        since: since?.at ?? last.at,
        ...(since?.balance && {
          facts: [
            `Last above zero ${minuteOf(since.at)}: ${money(since.balance.amount, since.balance.currency)}`,
          ],
        }),
      };
    }
    if (!last.balance) return 'unknown';
    if (!isPrepaid) return undefined;
    const ahead = forecast(samples);
    if (!ahead) return 'unknown';
    const { balance, currency, aDay, daysLeft, daysSeen } = ahead;
    if (daysLeft >= days) return undefined;
    const about = daysLeft < 1 ? 'less than 1 day' : `about ${plural(Math.round(daysLeft), 'day')}`;
    const rate = `Empty in ${about} at this rate (${money(aDay, currency)} a day); balance ${money(balance, currency)}`;
    return {
      title: `The balance behind ${secret.name} lasts ${about}`,
      explanation: `${rate}, seen ${minuteOf(last.at)}. The rate is the median of ${plural(daysSeen, 'day')}. Limit: ${plural(days, 'day')}.`,
      severity: daysLeft < days / 2 ? 'medium' : 'low',
      stage: daysLeft < 1 ? 'a day' : daysLeft < days / 2 ? 'half' : 'soon',
      since: last.at,
    };
  },
});
