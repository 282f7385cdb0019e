import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { Command } from 'commander';
import { blastRadiusCommand } from '../../cli/blast-radius.ts';
import { explainCommand } from '../../cli/explain.ts';
import { incidentsCommand } from '../../cli/incidents.ts';
import { rotationCommand } from '../../cli/rotation.ts';
import { testAlertCommand } from '../../cli/test-alert.ts';
import { repository } from '../support/repository.ts';

const program = new Command();
for (const command of [
  blastRadiusCommand(),
  explainCommand(),
  incidentsCommand(program),
  rotationCommand(program),
  testAlertCommand(program),
]) {
  program.addCommand(command);
}

const folder = join(repository, 'test/core/format/golden');
const printed = new Set(
  readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .flatMap((file) =>
      [
        ...readFileSync(join(folder, file), 'utf8')
          .replaceAll(/ \\\n\s*/g, ' ')
          .matchAll(/^[\s\d.]*secrets-audit ([a-z].*)$/gm),
      ].map(([, words = '']) => words.replace(/ {3}.*/, '')),
    ),
);

it('there are commands in messages', () => {
  expect(printed.size).toBeGreaterThan(5);
});

const called = (of: Command, name: string): Command | undefined =>
  of.commands.find((each) => each.name() === name || each.aliases().includes(name));

it.each([...printed])('secrets-audit %s is a command, with these options', (words) => {
  const [name = '', second = ''] = words.split(' ');
  const first = called(program, name);
  const command = first && first.commands.length > 0 ? called(first, second) : first;
  expect(command).toBeDefined();
  const known = command?.options.map(({ long }) => long) ?? [];
  for (const option of words.match(/(?<= )--[a-z-]+/g) ?? []) expect(known).toContain(option);
});
