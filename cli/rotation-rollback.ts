import { rotationStatus } from '../functions/core/engine/rotation-status.ts';
import { consumerLines, shortId, stepLines } from '../functions/core/format/rotation-status.ts';
import { dayOf } from '../functions/core/phrases.ts';
import { rollBack, rollbackTarget } from '../functions/core/rotation/roll-back.ts';
import type { RotationState } from '../functions/core/rotation/rotation-state.ts';
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

export interface RollbackFlags {
  readonly reason: string;
  readonly yes?: boolean;
}

/** `secrets-audit rotation rollback SECRET --reason R`: makes the version before current again. */
export async function rollback(session: RotationSession, flags: RollbackFlags): Promise<number> {
  const { host, secret, target, provider } = session;
  const { terminal } = host;
  const reason = flags.reason.trim();
  if (reason === '') throw new UsageError('--reason is empty: it stays in the story');
  assertNoKey(reason, 'the reason', provider);
  assertCanConfirm(host, flags);
  const state = await examine(session, { readOnly: true });
  const { current, old } = rollbackTarget(state.record, state.secret);
  terminal.print(
    paragraph(host, `AWSCURRENT of ${secret.name} (${secret.account}, ${secret.region}) moves:`),
  );
  terminal.print(paragraph(host, `from  ${versionText(current, state)}`, 2));
  terminal.print(
    paragraph(host, `to    ${versionText(old, state)}, once ${provider.title} knows its key`, 2),
  );
  terminal.print(`\n${consumersText(state, session, 'HAVE TO MOVE BACK, where they have the new key')}`);
  if (!(await isConfirmed(host, flags, 'Roll back now?'))) return exitCodes.findings;
  await rollBack(secret.arn, reason, { ...session, policy: target.policy, clock: host.clock });
  const after = await examine(session, { readOnly: false });
  await tell(session, after);
  terminal.print('\nRolled back. Whoever reads the key now gets the old one.\n');
  const { next } = statusOf(after, session);
  terminal.print(`\nNEXT\n${stepLines(next, widthOf(host)).join('\n')}\n`);
  return exitCodes.clean;
}

function versionText(id: string, { versions, record }: RotationState): string {
  const version = versions.find((each) => each.id === id);
  const name =
    id === record?.newVersion ? record.newKeyName : id === record?.oldVersion ? record.oldKeyName : null;
  return [
    `version ${shortId(
      id,
      versions.map((each) => each.id),
    )}`,
    ...(version ? [`of ${dayOf(version.created)}`] : []),
    ...(name === null ? [] : [`with the key "${name}"`]),
  ].join(' ');
}

const statusOf = (state: RotationState, { settings, contract, isRemembered, host }: RotationSession) =>
  rotationStatus({
    state,
    settings,
    applied: contract,
    unseenReaders: [],
    isRemembered,
    now: host.clock.now(),
  });

const consumersText = (state: RotationState, session: RotationSession, heading: string): string =>
  `${heading}\n${consumerLines(statusOf(state, session), widthOf(session.host)).join('\n')}\n`;
