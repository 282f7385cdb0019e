import { instead } from '../functions/core/contracts/nearest-name.ts';
import { rotationStatus } from '../functions/core/engine/rotation-status.ts';
import { RotationRefusedError } from '../functions/core/errors.ts';
import { consumerLines, stepLines } from '../functions/core/format/rotation-status.ts';
import { dayOf } from '../functions/core/phrases.ts';
import { switchByLabels } from '../functions/core/rotation/observe.ts';
import { attestConsumer, closeUnproven } from '../functions/core/rotation/persons-word.ts';
import { isSwitched } from '../functions/core/rotation/rotation-record.ts';
import type { RotationState } from '../functions/core/rotation/rotation-state.ts';
import { movedText } from '../functions/core/rotation/rotation-text.ts';
import { exitCodes } from './exit-codes.ts';
import { UsageError } from './failures.ts';
import {
  assertCanConfirm,
  assertNoKey,
  examine,
  isConfirmed,
  paragraph,
  type RotationSession,
  tell,
  widthOf,
} from './rotation-session.ts';

export interface ProveFlags {
  readonly attest?: string;
  readonly close?: boolean;
  readonly reason?: string;
  readonly yes?: boolean;
}

/** `secrets-audit rotation prove SECRET`: whether everybody has the new key, and the old one is dead. */
export async function prove(session: RotationSession, flags: ProveFlags): Promise<number> {
  const { host, records, secret, isRemembered } = session;
  assertUsable(flags, session);
  if (!isRemembered) {
    await records.update(secret, (record) => record ?? switchByLabels(secret, host.clock.now()));
  }
  const word = await takeWord(session, flags);
  if (word === 'declined') return exitCodes.findings;
  const state = await examine(session, { readOnly: false });
  await tell(session, state);
  return conclude(state, session, flags);
}

function assertUsable(flags: ProveFlags, { host, provider, isRemembered }: RotationSession): void {
  const { attest, close, reason } = flags;
  if (attest !== undefined && close) throw new UsageError('--attest and --close: one at a time');
  const isWord = attest !== undefined || close === true;
  if (isWord && (reason === undefined || reason.trim() === '')) {
    throw new UsageError(`${close ? '--close' : '--attest'} needs --reason "...": it stays in the story`);
  }
  if (!isWord) {
    if (reason !== undefined) throw new UsageError('--reason goes with --attest or --close');
    return;
  }
  if (!isRemembered) {
    throw new UsageError('nothing remembers a word without the suite’s table: name it by --table');
  }
  assertNoKey(reason ?? '', 'the reason', provider);
  assertCanConfirm(host, flags);
}

/** A person's word, where one was given: `declined` where it was not confirmed. */
async function takeWord(session: RotationSession, flags: ProveFlags): Promise<'taken' | 'declined'> {
  const { attest, close, reason = '' } = flags;
  if (attest === undefined && !close) return 'taken';
  const { host, records, secret } = session;
  const { consumers, record } = await examine(session, { readOnly: true });
  const names = consumers.map(({ consumer }) => consumer);
  if (attest !== undefined && !names.includes(attest)) {
    throw new UsageError(
      `--attest ${attest}: no consumer of ${secret.name} is called so${instead(attest, names)}`,
    );
  }
  if (!isSwitched(record)) {
    throw new RotationRefusedError(
      'UNPROVEN_ROTATION',
      'No rotation waits for its proof: nothing was switched since the last one',
    );
  }
  const question =
    attest === undefined
      ? 'Close the rotation without proof? The old key is then followed no further.'
      : `Have you seen that ${attest} uses the new key?`;
  if (!(await isConfirmed(host, flags, question))) return 'declined';
  // What was only looked at is stored before a word about it is.
  await examine(session, { readOnly: false });
  await records.update(secret, (latest) => {
    const said = { by: host.userName(), reason: reason.trim(), at: host.clock.now() };
    return attest === undefined ? closeUnproven(latest, said) : attestConsumer(latest, attest, said);
  });
  return 'taken';
}

function conclude(state: RotationState, session: RotationSession, { close }: ProveFlags): number {
  const { host, settings, contract, provider } = session;
  const { terminal } = host;
  const { record } = state;
  const status = rotationStatus({
    state,
    settings,
    applied: contract,
    unseenReaders: [],
    // What the labels told is shown all the same.
    isRemembered: true,
    now: host.clock.now(),
  });
  terminal.print(
    `CONSUMERS, in the order to move them\n${consumerLines(status, widthOf(host)).join('\n')}\n\n`,
  );
  const oldKey = record?.oldKey
    ? ` ${provider.title} on the old key: ${record.oldKey.standing} (${record.oldKey.reason}).`
    : '';
  if (record?.status === 'closed' && record.closed) {
    const { because, at } = record.closed;
    if (because === 'first seen') {
      terminal.print(paragraph(host, 'Nothing to prove: no rotation was seen yet.'));
      return exitCodes.clean;
    }
    const isProven = because === 'proven';
    terminal.print(
      paragraph(
        host,
        isProven
          ? `Proven ${dayOf(at)}: every known consumer has the new key, and the old one is dead.${oldKey}`
          : `Closed without proof ${dayOf(at)}: ${because}.`,
      ),
    );
    return isProven || close ? exitCodes.clean : exitCodes.findings;
  }
  terminal.print(
    paragraph(
      host,
      isSwitched(record)
        ? `Not proven yet: ${movedText(state.consumers)}.${oldKey}`
        : 'Not proven: nothing was switched yet.',
    ),
  );
  terminal.print(`\nNEXT\n${stepLines(status.next, widthOf(host)).join('\n')}\n`);
  return exitCodes.findings;
}
