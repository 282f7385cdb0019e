import { rotationStatus } from '../functions/core/engine/rotation-status.ts';
import { rotationStatusText } from '../functions/core/format/rotation-status.ts';
import { clauseAboutness } from '../functions/core/rotation/examine-rotation.ts';
import { unseenReaders } from '../functions/core/rotation/unseen-readers.ts';
import { exitCodes } from './exit-codes.ts';
import { examine, type RotationSession } from './rotation-session.ts';
import { jsonText } from './terminal.ts';

export interface StatusFlags {
  readonly format: 'text' | 'json';
}

/** `secrets-audit rotation status SECRET`: reads, and leaves nothing behind. */
export async function showStatus(session: RotationSession, { format }: StatusFlags): Promise<number> {
  const { host, settings, secret, contract, readers, isRemembered } = session;
  const status = rotationStatus({
    state: await examine(session, { readOnly: true }),
    settings,
    applied: contract,
    // Where no read is remembered, that nobody was seen says nothing.
    unseenReaders: isRemembered
      ? unseenReaders(contract.clauses, await readers.of(secret), clauseAboutness(secret, settings))
      : [],
    isRemembered,
    now: host.clock.now(),
  });
  host.terminal.print(format === 'json' ? jsonText(status) : rotationStatusText(status, host.terminal));
  return exitCodes.clean;
}
