import type { EvaluatedData } from './evaluated-data.ts';
import type { SentMessage } from './messages.ts';

const dayMs = 86_400_000;

/** Messages about an attack, on the UTC day that had most of them. */
export function worstDay(messages: readonly SentMessage[], eventIds: readonly string[]): SentMessage[] {
  const own = new Set(eventIds);
  const about = messages.filter((message) => message.eventIds.some((id) => own.has(id)));
  return [...Map.groupBy(about, ({ at }) => Math.floor(at / dayMs)).values()].reduce(
    (worst, day) => (day.length > worst.length ? day : worst),
    [],
  );
}

/** By the whole weeks after the quiet period. */
export function messagesByWeek(
  messages: readonly SentMessage[],
  { startsAt, days, quietDays }: Pick<EvaluatedData, 'startsAt' | 'days' | 'quietDays'>,
): SentMessage[][] {
  const from = startsAt + quietDays * dayMs;
  return Array.from({ length: Math.floor((days - quietDays) / 7) }, (_, week) =>
    messages.filter(({ at }) => Math.floor((at - from) / (7 * dayMs)) === week),
  );
}
