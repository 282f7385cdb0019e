import { shellWord } from '../format/shell-word.ts';
import { plural } from '../phrases.ts';
import { hourMs } from './spending.ts';
import type { UsageState } from './usage-state.ts';

/** What imported messages say of a time; a stolen key is used at the issuer alone, so without them nobody can say. */
export function sentText(
  { sent, secret }: Pick<UsageState, 'sent' | 'secret'>,
  from: number,
  to: number,
): string {
  const messages = sent
    .filter(({ hour }) => hour < to && hour + hourMs > from)
    .reduce((sum, each) => sum + each.messages, 0);
  return messages > 0
    ? `${plural(messages, 'message')} of that time ${messages === 1 ? 'is' : 'are'} imported from the issuer's exports and receipts; others may be missing there.`
    : `How many messages were sent, and to whom, is not known: of that time none is imported (secrets-audit usage import FILE --secret ${shellWord(secret.name)}).`;
}
