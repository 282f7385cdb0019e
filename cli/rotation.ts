import { Command, Option } from 'commander';
import { RotationDelayedError, RotationRefusedError } from '../functions/core/errors.ts';
import { plainText } from '../functions/core/format/plain-text.ts';
import { stepLines } from '../functions/core/format/rotation-status.ts';
import { failureOf } from './failures.ts';
import type { RotationHost } from './rotation-host.ts';
import { prove } from './rotation-prove.ts';
import { adviceAfter } from './rotation-refusals.ts';
import { rollback } from './rotation-rollback.ts';
import { openSession, type RotationFlags, type RotationSession, widthOf } from './rotation-session.ts';
import { stage } from './rotation-stage.ts';
import { start } from './rotation-start.ts';
import { showStatus } from './rotation-status.ts';

/** AWS's clients take a while to load, which no other command should wait for. */
const onThisMachine = async (): Promise<RotationHost> =>
  (await import('./rotation-ports.ts')).createRotationHost();

/**
 * `secrets-audit rotation …`
 *
 * @param hosted what the commands run on; tests have it in memory
 */
export function rotationCommand(parent: Command, hosted = onThisMachine): Command {
  const command = new Command('rotation')
    .description(
      'Rotate a key that its issuer makes by hand: stage a new one, start, see who has it, prove that the old one is dead, roll back. Needs AWS credentials, and audit.yaml with rotation.provider.',
    )
    .copyInheritedSettings(parent)
    .addHelpText(
      'after',
      `
The way of a rotation:
  $ npx secrets-audit rotation status sms/clockwork     what uses the key
  $ npx secrets-audit rotation stage sms/clockwork      asks for the new key, tests it
  $ npx secrets-audit rotation start sms/clockwork      tells the owner, then rotates
  $ npx secrets-audit rotation prove sms/clockwork      who has the new key?
  Then deactivate the old key at its issuer, and prove again.`,
    );
  const sub = <Flags extends object>(name: string, run: Run<Flags>, exits: string): Command => {
    const made = new Command(name)
      .copyInheritedSettings(command)
      // What is refused may be a key: commander repeats `--key=VALUE`.
      .configureOutput({ outputError: (text, write) => write(text.replace(/(--?[\w-]+)=.*/g, "$1=…'")) })
      .argument('<secret>', 'its name, or its ARN')
      .option('--settings <file>', 'settings that say how it is rotated (default: audit.yaml)')
      .option('--table <name>', "the suite's table (default: SECRETS_AUDIT_TABLE, or the one that is there)")
      .option('--region <region>', 'Region of the secret (default: of the AWS configuration)')
      .addHelpText('after', `\nExit codes:\n${exits}  2  usage error, or something could not be read`)
      .action(async (secret: string, flags: Flags & RotationFlags) => {
        await carryOut(name, run, secret, flags, await hosted());
      });
    command.addCommand(made);
    return made;
  };

  sub('status', showStatus, '  0  shown\n')
    .description(
      'Where the rotation of a secret stands: versions, story, who uses the key and has the new one, who stops working if the old one dies, and what to do next. Changes nothing, reads no value, does not ask the issuer.',
    )
    .addOption(
      new Option('--format <format>', 'text for people, or JSON for programs')
        .choices(['text', 'json'])
        .default('text'),
    );
  sub('stage', stage, '  0  staged\n  1  refused, or not confirmed: nothing was staged\n')
    .description(
      'Test a new key, and put it under the label for the next one. The key is asked for without echo, or read from the first line of standard input; it is never an argument.',
    )
    .option('--key-name <name>', "the new key's name in the issuer's dashboard (default: asked for)")
    .option('--yes', 'do not ask for confirmation');
  sub('start', start, '  0  started\n  1  refused, or not confirmed: nothing began\n')
    .description('Tell the owner of the secret, then let Secrets Manager rotate it to the staged key.')
    .option('--yes', 'do not ask for confirmation');
  sub('prove', prove, '  0  proven, or nothing to prove\n  1  not proven yet\n')
    .description(
      'Look who has the new key, and ask the issuer whether the old one is dead. What nothing can show, a person may attest.',
    )
    .option('--attest <consumer>', 'you have seen that this consumer uses the new key; needs --reason')
    .option('--close', 'end a rotation that cannot be proven; needs --reason')
    .option('--reason <text>', 'why; it stays in the story')
    .option('--yes', 'do not ask for confirmation');
  sub('rollback', rollback, '  0  rolled back\n  1  refused, or not confirmed: nothing was moved\n')
    .description('Make the version before current again, after its key was seen to work.')
    .requiredOption('--reason <text>', 'why; it stays in the story')
    .option('--yes', 'do not ask for confirmation');
  return command;
}

const nothingDone: Readonly<Record<string, string>> = {
  stage: ' Nothing was staged.',
  start: ' Nothing began.',
  rollback: ' AWSCURRENT did not move.',
};

type Run<Flags> = (session: RotationSession, flags: Flags) => Promise<number>;

async function carryOut<Flags extends object>(
  command: string,
  run: Run<Flags>,
  secret: string,
  flags: Flags & RotationFlags,
  host: RotationHost,
): Promise<void> {
  let session: RotationSession | undefined;
  try {
    session = await openSession(secret, flags, host);
    host.exit(await run(session, flags));
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) throw error;
    const isRefusal = error instanceof RotationRefusedError || error instanceof RotationDelayedError;
    const left = isRefusal ? (nothingDone[command] ?? '') : '';
    host.terminal.say(`${plainText(failure.message)}${left}\n`);
    if (session && isRefusal) {
      const advice = adviceAfter(command, error.problem, session);
      host.terminal.say(`${stepLines(advice, widthOf(host)).join('\n')}\n`);
    }
    host.exit(failure.code);
  }
}
