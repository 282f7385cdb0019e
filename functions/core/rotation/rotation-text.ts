import wrapAnsi from 'wrap-ansi';
import { shellWord } from '../format/shell-word.ts';
import { dayOf, listed, plural } from '../phrases.ts';
import { type ConsumerStanding, inTheWay } from './proof.ts';
import type { RotationState } from './rotation-state.ts';

const marks = { moved: 'moved', lagging: 'LAGGING', unseen: 'not seen', unknown: 'not known' } as const;

/** A line a consumer: `sms-sender  moved  12 of 12 tasks started after the switch`. */
export function consumerLines(consumers: readonly ConsumerStanding[]): string[] {
  if (consumers.length === 0)
    return ['  no consumer is known: no machine read it, and no contract names one'];
  const width = columnOf(consumers);
  return consumers.flatMap(({ consumer, progress, because }) =>
    hanging(`  ${consumer.padEnd(width)}  ${marks[progress].padEnd(9)} `, because),
  );
}

/** What uses the key now, a line each, before anything is switched: `sms-sender  12 tasks running`. */
export function userLines(consumers: readonly ConsumerStanding[]): string[] {
  if (consumers.length === 0)
    return ['  nothing that is known: no machine was seen to read it, no contract', '  names one'];
  const width = columnOf(consumers);
  return consumers.flatMap(({ consumer, because }) => hanging(`  ${consumer.padEnd(width)}  `, because));
}

const columnOf = (consumers: readonly ConsumerStanding[]): number =>
  Math.min(28, Math.max(...consumers.map(({ consumer }) => consumer.length)));

const columns = 78;

/** A text beside what it is about; its further lines begin below its first, so that columns stay columns. */
function hanging(lead: string, text: string): string[] {
  const width = Math.max(20, columns - lead.length);
  return wrapAnsi(text, width, { hard: true, trim: true })
    .split('\n')
    .map((line, index) => `${index === 0 ? lead : ' '.repeat(lead.length)}${line}`);
}

/** `1 of 2 consumers has the new key`. */
export function movedText(consumers: readonly ConsumerStanding[]): string {
  const moved = consumers.filter(({ progress }) => progress === 'moved').length;
  return consumers.length === 0
    ? 'no consumer is known'
    : `${moved} of ${plural(consumers.length, 'consumer')} ${moved === 1 ? 'has' : 'have'} the new key`;
}

/** The same as the begin of a sentence. */
export const movedSentence = (consumers: readonly ConsumerStanding[]): string =>
  movedText(consumers).replace(/^n/, 'N');

/** What the issuer calls the old key, where that is known: `"sms-prod-2026-08"`. */
export const oldKeyText = ({ record }: RotationState): string =>
  record?.oldKeyName ? `the old key "${record.oldKeyName}"` : 'the old key';

export const lastSwitch = ({ record }: RotationState): number | undefined => record?.switchedAt ?? undefined;

/** How each of those in the way gets the new key. Commands are printed, and nothing runs them. */
export function moveSteps(state: RotationState): string[] {
  const name = shellWord(state.secret.name);
  return inTheWay(state.consumers).map(({ consumer, named, delivery, progress }) => {
    if (named?.kind === 'ecs' && delivery === 'injected' && progress !== 'unknown') {
      const [cluster = '', service = ''] = named.name.split('/');
      return `aws ecs update-service --cluster ${shellWord(cluster)} --service ${shellWord(service)} --force-new-deployment`;
    }
    if (progress === 'unknown' || progress === 'unseen') {
      return `See that ${consumer} uses the new key, then: secrets-audit rotation prove ${name} --attest ${shellWord(consumer)} --reason "..."`;
    }
    return delivery === 'injected'
      ? `Restart ${consumer}: it holds the old key until then.`
      : `Let ${consumer} read AWSCURRENT: it asks for the old version.`;
  });
}

/** `billing-reminders and 2 more`: the last part of each name, for titles. */
export function namesInTheWay(consumers: readonly ConsumerStanding[]): string {
  const names = inTheWay(consumers).map(
    ({ consumer, named }) => (named?.name ?? consumer).split('/').at(-1) || consumer,
  );
  return names.length > 2 ? `${names[0]} and ${names.length - 1} more` : listed(names);
}

/** `lags`; where none is known to hold the old key: `not known to have the new key`. */
export function lagText(consumers: readonly ConsumerStanding[]): string {
  const waiting = inTheWay(consumers);
  if (waiting.some(({ progress }) => progress !== 'lagging')) return 'not known to have the new key';
  return waiting.length === 1 ? 'lags' : 'lag';
}

/** The rotation's story, a line each. */
export const storyLines = ({ record }: RotationState, last = 6): string[] =>
  (record?.story ?? []).slice(-last).flatMap(({ at, what }) => hanging(`  ${timeText(at)}  `, what));

export const timeText = (time: number): string =>
  `${dayOf(time)} ${new Date(time).toISOString().slice(11, 16)}`;

export const rollbackStep = ({ secret, record }: RotationState): string[] =>
  record?.oldKey?.standing === 'valid'
    ? [
        `Trouble: secrets-audit rotation rollback ${shellWord(secret.name)} --reason "..."   (the old key is alive)`,
      ]
    : [];
