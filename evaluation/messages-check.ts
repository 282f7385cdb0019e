/**
 * How often the suite disturbs a channel, with the settings as they come: on a day with one intruder at most three times,
 * and in a week without attacks at most by one digest. `npm run evaluate:messages -- [seed…]`; exit 1 where an intruder's
 * day has more.
 */
import { messagesOf, type SentMessage } from './messages.ts';
import { messagesByWeek, worstDay } from './messages-measure.ts';
import { tuningSeeds } from './organisation/seeds.ts';
import { type Simulation, simulate } from './simulated-data.ts';

const mostOnADay = 3;

const tell = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const size = { days: 90, secrets: 200, principals: 300 };

async function reportIntruders(simulation: Simulation): Promise<number[]> {
  const data = simulate(simulation);
  const messages = await messagesOf(data);
  const worst = data.attacks.map((attack) => ({ attack, day: worstDay(messages, attack.eventIds) }));
  for (const { attack, day } of worst.filter(({ day: { length } }) => length > mostOnADay)) {
    tell(`  ${day.length} on one day: ${attack.id}, ${attack.story}`);
    for (const { what } of day) tell(`    ${what}`);
  }
  return worst.map(({ day }) => day.length);
}

async function reportPeace(simulation: Simulation): Promise<SentMessage[][]> {
  const data = simulate({ ...simulation, kinds: [] });
  const messages = await messagesOf(data);
  return messagesByWeek(messages, data);
}

const counted = (counts: readonly number[]): string =>
  [...Map.groupBy(counts, (count) => count)]
    .sort(([a], [b]) => a - b)
    .map(([count, all]) => `${count}: ${all.length}`)
    .join(', ');

const given = process.argv.slice(2).map(Number);
const seeds = given.length > 0 ? given : tuningSeeds.slice(0, 2);
const days: number[] = [];
const weeks: SentMessage[][] = [];
for (const [index, seed] of seeds.entries()) {
  tell(`seed ${seed}`);
  const simulation = { ...size, seed, index };
  days.push(...(await reportIntruders(simulation)));
  const own = await reportPeace(simulation);
  weeks.push(...own);
  for (const { kind, what } of own.flat().filter(({ kind: each }) => each === 'incident')) {
    tell(`  in peace, ${kind} ${what}`);
  }
}
const of = (kind: SentMessage['kind']) =>
  weeks.map((week) => week.filter((message) => message.kind === kind).length);
tell(`messages about one intruder on the worst day: days by count ${counted(days)}`);
tell(`in ${weeks.length} weeks of peace: digests a week ${counted(of('digest'))}`);
tell(`in ${weeks.length} weeks of peace: messages at once a week ${counted(of('incident'))}`);
process.exitCode =
  days.every((count) => count <= mostOnADay) && of('digest').every((count) => count <= 1) ? 0 : 1;
