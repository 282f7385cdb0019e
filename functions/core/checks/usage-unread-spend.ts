import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { daysText, plural, shortPrincipal, span } from '../phrases.ts';
import { minuteOf, money } from '../usage/amounts.ts';
import { sentText } from '../usage/sent-in.ts';
import { hourMs, spendingOf, spentBetween } from '../usage/spending.ts';

export default defineCheck({
  id: 'usage-unread-spend',
  about: 'usage',
  title: 'The key is spent while nobody known read it',
  severity: 'high',
  status: 'stable',
  stage: 'access',
  attack: ['T1496.003'],
  rationale:
    'What uses a key reads it from time to time. Where the balance falls and no reader was seen for days, somebody uses a copy: a leaked key, or a consumer that nobody knows.',
  falsePositives: [
    'A process that read the key at its start and has run for longer than the quiet time: name it in the contract with delivery: injected.',
    'A copy of the key in another place, such as a configuration file, that its owner knows.',
    'Other keys of the same account, or charges of the issuer: the balance is that of the account.',
  ],
  blindSpots: [
    'It says nothing where the contract names injected consumers, which hold the key without reading it, and where nobody ever read it.',
    'A leaked key that is used while known consumers read theirs is not told apart from them.',
    'Reads that the logs do not hold: a consumer is then taken for nobody.',
    'A top-up between two probes hides what was spent between them.',
  ],
  response: [
    'Ask the owner who else has the key: other accounts, a vendor, a laptop, a build.',
    "Import the issuer's export of sent messages: secrets-audit usage import FILE --secret SECRET",
    'Make a new key, secrets-audit rotation stage SECRET, then secrets-audit rotation start SECRET; deactivate the old one when its consumers have moved.',
  ],
  tellsResolution: false,
  params: z.strictObject({
    least: z
      .number()
      .min(0)
      .default(1)
      .describe("What must have been spent at least, in the account's currency"),
    windowHours: z.int().min(1).max(168).default(24).describe('Within how long'),
    quietHours: z
      .int()
      .min(1)
      .max(720)
      .default(168)
      .describe('How long before that, and in it, nobody may have read the secret'),
  }),
  judge(state, { least, windowHours, quietHours }, now) {
    const { readers, samples, secret, hasInjectedConsumers } = state;
    const lastReader = readers.toSorted((a, b) => b.last - a.last)[0];
    const spending = spendingOf(samples);
    if (hasInjectedConsumers || !lastReader || !spending) return 'unknown';
    const windowBegin = now - windowHours * hourMs;
    if (lastReader.last >= windowBegin - quietHours * hourMs) return undefined;
    const { amount, known } = spentBetween(spending, windowBegin, now);
    if (known === 0) return 'unknown';
    if (amount === 0 || amount < least) return undefined;
    const spent = money(amount, spending.currency);
    const firstPiece = spending.pieces.find(({ to, amount: each }) => to > windowBegin && each > 0);
    const newest = samples.findLast(({ balance }) => balance !== null);
    return {
      title: `${spent} was spent with ${secret.name} in ${span(windowHours * hourMs)}, and nobody known read it`,
      explanation: `No reader was seen for ${daysText(now - lastReader.last)}; limit ${plural(quietHours, 'hour')} before these ${windowHours} hours. The balance is that of the account: other keys of it spend it too. ${sentText(state, windowBegin, now)} Not known: who uses the key.`,
      facts: [
        `Last read  ${minuteOf(lastReader.last)}`,
        `  by ${shortPrincipal(lastReader.principal)}`.slice(0, 78),
        `Spent      ${spent} since ${minuteOf(windowBegin)}`,
        ...(newest?.balance
          ? [
              `${spending.kind === 'prepaid' ? 'Balance   ' : 'This month'} ${money(newest.balance.amount, newest.balance.currency)}, ${minuteOf(newest.at)}`,
            ]
          : []),
      ],
      since: Math.max(windowBegin, firstPiece?.from ?? windowBegin),
    };
  },
});
