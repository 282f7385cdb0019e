import { ownerOf } from '../functions/core/engine/rotation-status.ts';
import { RotationRefusedError } from '../functions/core/errors.ts';
import { ownerText, shortId, stepLines } from '../functions/core/format/rotation-status.ts';
import { shellWord } from '../functions/core/format/shell-word.ts';
import { observe } from '../functions/core/rotation/observe.ts';
import { askForRotation, withdrawRequest } from '../functions/core/rotation/persons-word.ts';
import { assertMayStart, startRotation } from '../functions/core/rotation/start-rotation.ts';
import { exitCodes } from './exit-codes.ts';
import {
  affectedText,
  assertCanConfirm,
  examine,
  isConfirmed,
  paragraph,
  type RotationSession,
  tell,
  widthOf,
} from './rotation-session.ts';

export interface StartFlags {
  readonly yes?: boolean;
}

/** `secrets-audit rotation start SECRET`: tells the owner, then lets Secrets Manager rotate. */
export async function start(session: RotationSession, flags: StartFlags): Promise<number> {
  const { host, secret, target, records, findings, contract, settings } = session;
  const { terminal } = host;
  const name = shellWord(secret.name);
  assertCanConfirm(host, flags);
  if (secret.rotation.functionArn === null && secret.owningService === null) {
    throw new RotationRefusedError(
      'NO_CURRENT_VALUE',
      `No rotation function is attached to ${secret.name}. Deploy the suite with its rotation.provider first`,
    );
  }
  const dependencies = { ...session, policy: target.policy, clock: host.clock };
  await assertMayStart(secret.arn, dependencies);
  const before = await examine(session, { readOnly: true });
  terminal.print(affectedText(session, before, 'WILL HAVE TO MOVE TO THE NEW KEY, in this order'));
  terminal.print('\n');
  const owner = contract.owner === undefined ? null : ownerOf(contract.owner, settings);
  terminal.print(
    paragraph(
      host,
      `${
        findings === undefined
          ? 'Nobody is told: there is no table of the suite.'
          : owner === null
            ? 'Nobody owns the secret by the settings: those who hear of every finding are told.'
            : `Told before it begins: ${ownerText(owner)}.`
      } The old key stays valid until somebody deactivates it.`,
    ),
  );
  if (!(await isConfirmed(host, flags, `Start the rotation of ${secret.name} now?`)))
    return exitCodes.findings;

  const asked = await records.update(secret, (record) => {
    const at = host.clock.now();
    const seen = observe(record, secret, at);
    return askForRotation(seen, secret, before.current?.id ?? null, { by: host.userName(), at });
  });
  if (asked?.asked) await tell(session, await examine(session, { readOnly: false }));
  const version = await startOrWithdraw(session);
  terminal.print(`\nStarted: Secrets Manager makes version ${shortId(version)}.\n\nNEXT\n`);
  terminal.print(
    `${stepLines(
      [
        `See in a minute what came of it: secrets-audit rotation status ${name}`,
        `When consumers have moved: secrets-audit rotation prove ${name}`,
      ],
      widthOf(host),
    ).join('\n')}\n`,
  );
  return exitCodes.clean;
}

/** Whoever was told that it begins must not wait for it where it did not. */
async function startOrWithdraw(session: RotationSession): Promise<string> {
  const { host, secret, target, records } = session;
  try {
    return await startRotation(secret.arn, { ...session, policy: target.policy, clock: host.clock });
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown error';
    await records.update(secret, (record) => withdrawRequest(record, host.clock.now(), reason));
    await tell(session, await examine(session, { readOnly: false }));
    throw error;
  }
}
