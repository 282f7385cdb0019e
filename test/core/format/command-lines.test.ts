import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { commandLines } from '../../../functions/core/format/command-lines.ts';
import { shellWord } from '../../../functions/core/format/shell-word.ts';

/** What a shell hands over to each of the commands. */
const argumentsOf = (commands: readonly string[]): string[] =>
  execFileSync(
    'sh',
    [
      '-c',
      `show() { printf '<%s>' "$@"; printf '\\0'; }\n${commands.map((each) => `show ${each}`).join('\n')}`,
    ],
    {
      encoding: 'utf8',
    },
  ).split('\0');

describe('a command in lines', () => {
  test('is the same command for a shell, whatever names are in it', () => {
    const names = fc.sample(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 90 }), {
      seed: 4,
      numRuns: 200,
    });
    const commands = [...names, "it's", "a'b' --x 'c", 'x'.repeat(120), '"$(reboot)`reboot`"', '\\'].map(
      (name) =>
        `aws iam put-role-policy --role-name ${shellWord(name)} --force --reason "a \\" b" ${shellWord(name)} -x`,
    );
    expect(argumentsOf(commands.map((command) => commandLines(command, 40).join('\n')))).toEqual(
      argumentsOf(commands),
    );
  });

  test('keeps options with their values, and within the width where pieces allow', () => {
    expect(
      commandLines(
        'aws ecs update-service --cluster prod --service billing-reminders --force-new-deployment',
        50,
      ),
    ).toEqual([
      'aws ecs update-service --cluster prod \\',
      '  --service billing-reminders \\',
      '  --force-new-deployment',
    ]);
  });
});
