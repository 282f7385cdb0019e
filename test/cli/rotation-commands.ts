import { Command } from 'commander';
import { rotationCommand } from '../../cli/rotation.ts';
import type { RotationHost } from '../../cli/rotation-host.ts';
import type { SecretStore } from '../../functions/core/ports.ts';
import { RotationWorld } from '../support/rotation/rotation-world.ts';

export interface Ran {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Questions that were put to a person. */
  readonly asked: readonly string[];
}

/** The rotation commands upon a secret, an issuer and consumers in memory. */
export class CommandedWorld extends RotationWorld {
  tables: readonly string[] | 'denied' = ['Stack-SecretsAuditTable-1A2B3C'];
  isInteractive = true;
  /** What a person types. */
  answers: { text?: string; secret?: string; confirm?: boolean; interrupt?: boolean } = {};
  stdin = '';
  /** Whatever else the cloud is to do. */
  failing: Partial<SecretStore> = {};
  async run(...args: string[]): Promise<Ran> {
    let stdout = '';
    let stderr = '';
    let code: number | undefined;
    const asked: string[] = [];
    const host: RotationHost = {
      connect: () => ({
        secrets: this.#secrets(),
        running: {
          startsOf: async ({ name }) => ({ starts: this.starts.get(name) ?? [] }),
        },
        providerOf: () => this.issuer,
        tablesNamed: async () => {
          if (this.tables !== 'denied') return this.tables;
          throw Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
        },
        memoryIn: () => ({ records: this.records, readers: this.readers, findings: this.findings }),
      }),
      terminal: {
        isInteractive: this.isInteractive,
        columns: 80,
        emphasise: (_, text) => text,
        print: (text) => {
          stdout += text;
        },
        say: (text) => {
          stderr += text;
        },
        askText: async (message) => {
          asked.push(message);
          return this.answers.text ?? '';
        },
        askSecret: async (message) => {
          asked.push(message);
          return this.answers.secret ?? '';
        },
        confirm: async (message) => {
          asked.push(message);
          // As the prompts do where Ctrl-C is pressed.
          if (this.answers.interrupt) throw Object.assign(new Error('closed'), { name: 'ExitPromptError' });
          return this.answers.confirm ?? false;
        },
        firstLine: async () => this.stdin,
      },
      clock: { now: () => this.time },
      newToken: this.secret.newToken,
      userName: () => 'mara',
      tableName: undefined,
      exit: (value) => {
        code = value;
      },
    };
    const program = new Command().exitOverride().configureOutput({
      writeErr: (text) => {
        stderr += text;
      },
    });
    program.addCommand(rotationCommand(program, async () => host));
    await program.parseAsync(['rotation', ...args], { from: 'user' });
    return { code, stdout, stderr, asked };
  }

  #secrets(): SecretStore {
    const { secret } = this;
    return {
      describe: (id) => secret.describe(id),
      versions: () => secret.versions(),
      value: (id, of) => secret.value(id, of),
      put: (id, version) => secret.put(id, version),
      moveStage: (id, stage, move) => secret.moveStage(id, stage, move),
      rotate: () => secret.rotate(),
      ...this.failing,
    };
  }
}
