import { affectedNow } from '../functions/core/engine/rotation-status.ts';
import { RotationRefusedError } from '../functions/core/errors.ts';
import { stepLines } from '../functions/core/format/rotation-status.ts';
import { shellWord } from '../functions/core/format/shell-word.ts';
import { isProven, type KeyProbe } from '../functions/core/model/key-probe.ts';
import { dayOf } from '../functions/core/phrases.ts';
import { assertProven } from '../functions/core/rotation/prove-key.ts';
import type { RotationState } from '../functions/core/rotation/rotation-state.ts';
import type { NamedKey } from '../functions/core/rotation/secret-value.ts';
import { stageKey } from '../functions/core/rotation/stage-key.ts';
import { exitCodes } from './exit-codes.ts';
import { UsageError } from './failures.ts';
import {
  affectedText,
  assertCanConfirm,
  assertNoKey,
  examine,
  isConfirmed,
  paragraph,
  type RotationSession,
  widthOf,
} from './rotation-session.ts';

export interface StageFlags {
  readonly keyName?: string;
  readonly yes?: boolean;
}

/** `secrets-audit rotation stage SECRET`: tests a new key, and puts it under the label for the next one. */
export async function stage(session: RotationSession, flags: StageFlags): Promise<number> {
  const { host, secret, target, provider } = session;
  const { terminal } = host;
  if (target.policy.mode === 'minted') {
    throw new RotationRefusedError(
      'NO_STAGED_KEY',
      `rotation.mode of ${secret.name} is minted: ${provider.title} makes its keys when a rotation starts, and a staged one would not be used. To start one: secrets-audit rotation start ${shellWord(secret.name)}`,
    );
  }
  assertCanConfirm(host, flags);
  const state = await examine(session, { readOnly: true });
  const named = await askForKey(session, flags);
  const probe = await probeNew(named, session);
  terminal.print(paragraph(host, seenText(probe, session)));
  terminal.print(paragraph(host, planText(named, state, session)));
  if (!(await isConfirmed(host, flags, 'Stage this key?'))) return exitCodes.findings;
  await stageKey(secret.arn, named, { ...session, policy: target.policy, newToken: host.newToken });
  terminal.print(`\nStaged.\n\n${affectedText(session, state, affectedHeading(state, session))}`);
  terminal.print(`\nNEXT\n${stepLines(nextSteps(session), widthOf(host)).join('\n')}\n`);
  return exitCodes.clean;
}

/** @throws UsageError, which repeats nothing that was typed */
async function askForKey({ host, provider }: RotationSession, flags: StageFlags): Promise<NamedKey> {
  const { terminal } = host;
  if (flags.keyName === undefined && !terminal.isInteractive) {
    throw new UsageError(
      `what the key is called in ${provider.dashboard} must be known, so that the right one is deactivated later: add --key-name NAME`,
    );
  }
  const name = (
    flags.keyName ?? (await terminal.askText(`Name of the new key in ${provider.dashboard}:`))
  ).trim();
  if (name === '') throw new UsageError('the name of the key is empty');
  assertNoKey(name, 'the name of the key', provider);
  const text = terminal.isInteractive
    ? await terminal.askSecret(`New key of ${provider.title} (not shown):`)
    : await terminal.firstLine();
  const key = text.trim();
  if (key === '') {
    throw new UsageError(
      'no key was given: type it when asked, or give it as the first line of standard input',
    );
  }
  if (name.includes(key)) throw new UsageError('the name of the key holds the key itself; name it otherwise');
  return { key, name };
}

async function probeNew({ key }: NamedKey, { provider }: RotationSession): Promise<KeyProbe> {
  const problem = provider.shapeProblem(key);
  if (problem !== undefined) throw new RotationRefusedError('KEY_SHAPE', problem);
  const probe = await provider.probe(key);
  assertProven(probe, provider.title);
  return probe;
}

function seenText(probe: KeyProbe, { provider }: RotationSession): string {
  const { balance } = probe;
  const money =
    balance === undefined
      ? []
      : balance.kind === 'prepaid'
        ? [`prepaid account, ${balance.amount.toFixed(2)} ${balance.currency} left`]
        : [`invoiced account, ${balance.amount.toFixed(2)} ${balance.currency} spent this month`];
  const credit =
    probe.standing === 'unfunded'
      ? ['the account has no credit: with this key nothing is sent until it has']
      : [];
  const says = [...(money.length > 0 ? money : [probe.reason]), ...credit].join('; ');
  return `${provider.title} ${isProven(probe) ? 'knows the key' : 'says'}: ${says}.`;
}

function planText({ name }: NamedKey, state: RotationState, { secret, target }: RotationSession): string {
  const { policy } = target;
  const staged = state.next && ` It takes the place of the key that was staged ${dayOf(state.next.created)}.`;
  const { next, enabled } = secret.rotation;
  const when = enabled
    ? `by its schedule${next === null ? '' : ` ${dayOf(next)}`} or when you start one`
    : 'which you start: its schedule is off';
  return `The key "${name}" is put under ${policy.nextStage} of ${secret.name} (${secret.account}, ${secret.region}).${staged ?? ''} The current key stays current until a rotation, ${when}.`;
}

const affectedHeading = (state: RotationState, { settings }: RotationSession): string =>
  affectedNow(state, settings).ifDies === 'old key'
    ? 'STILL WITHOUT THE KEY THAT IS CURRENT NOW, in the order to move it'
    : 'WILL HAVE TO MOVE TO IT, in this order';

const nextSteps = ({ secret, provider }: RotationSession): string[] => {
  const name = shellWord(secret.name);
  return [
    `secrets-audit rotation start ${name}`,
    `Leave the old key active in ${provider.dashboard} until this says that it may be deactivated: secrets-audit rotation status ${name}`,
  ];
};
