import { existsSync } from 'node:fs';
import type { AppliedContract } from '../functions/core/contracts/applied-contract.ts';
import { type Contracts, createContracts } from '../functions/core/contracts/contracts.ts';
import { instead } from '../functions/core/contracts/nearest-name.ts';
import { judgeRotation } from '../functions/core/engine/judge-rotation.ts';
import { affectedNow } from '../functions/core/engine/rotation-status.ts';
import { SecretNotFoundError } from '../functions/core/errors.ts';
import { plainText } from '../functions/core/format/plain-text.ts';
import { affectedLines, indented, textWidth } from '../functions/core/format/rotation-status.ts';
import type { RotatedSecret } from '../functions/core/model/rotated-secrets.ts';
import { rotatedSecrets } from '../functions/core/model/rotated-secrets.ts';
import type { SecretDescription } from '../functions/core/model/secret-state.ts';
import type { Settings } from '../functions/core/model/settings.ts';
import { parseSecretId } from '../functions/core/normalise/secret-ref.ts';
import type { KeyProvider } from '../functions/core/ports.ts';
import { examineRotation } from '../functions/core/rotation/examine-rotation.ts';
import type { RotationRecord } from '../functions/core/rotation/rotation-record.ts';
import type { RotationState } from '../functions/core/rotation/rotation-state.ts';
import { UsageError } from './failures.ts';
import { readSettings } from './read-settings.ts';
import type { Cloud, Memory, RotationHost } from './rotation-host.ts';
import { suiteTable } from './suite-table.ts';

/** Options that all rotation commands have. */
export interface RotationFlags {
  readonly settings?: string;
  readonly table?: string;
  readonly region?: string;
}

/** One secret that is rotated, with everything that a command needs to look at it and to change it. */
export interface RotationSession extends Omit<Cloud, 'providerOf' | 'tablesNamed' | 'memoryIn'>, Memory {
  readonly host: RotationHost;
  readonly settings: Settings;
  readonly secret: SecretDescription;
  readonly target: RotatedSecret;
  readonly provider: KeyProvider;
  readonly contracts: Pick<Contracts, 'of'>;
  readonly contract: AppliedContract;
  /** The suite's table was there. */
  readonly isRemembered: boolean;
}

const defaultSettingsFile = 'audit.yaml';

/** @throws UsageError, and what AWS says */
export async function openSession(
  text: string,
  flags: RotationFlags,
  host: RotationHost,
): Promise<RotationSession> {
  const path = flags.settings ?? defaultSettingsFile;
  if (flags.settings === undefined && !existsSync(path)) {
    throw new UsageError(
      `there is no ${defaultSettingsFile} here: name your settings by --settings FILE; they say how the secret is rotated`,
    );
  }
  const settings = await readSettings(path);
  if (!settings) throw new UsageError(`${path} cannot be used; see above`);
  const regionOfArn = parseSecretId(text, { account: '', region: '' }).region || undefined;
  if (flags.region !== undefined && regionOfArn !== undefined && flags.region !== regionOfArn) {
    throw new UsageError(`--region ${flags.region}: the ARN names a secret of ${regionOfArn}`);
  }
  const cloud = host.connect(flags.region ?? regionOfArn, settings);
  const secret = await describe(text, path, settings, cloud);
  const target = rotatedSecrets(settings, secret).find(({ secretId }) => secretId === secret.name);
  if (!target) {
    const names = rotatedSecrets(settings, secret).map(({ secretId }) => secretId);
    throw new UsageError(
      `${path} names no rotation.provider for ${secret.name} (${secret.account}, ${secret.region})${instead(secret.name, names)}`,
    );
  }
  const { memory, isRemembered } = await memoryOf(flags, host, cloud);
  const contracts = createContracts(settings);
  const contract = contracts.of(secret, secret.tags);
  return {
    ...memory,
    secrets: cloud.secrets,
    running: cloud.running,
    host,
    settings,
    secret,
    target,
    provider: cloud.providerOf(target.policy.provider),
    contracts: { of: (other) => contracts.of(other, secret.tags) },
    contract,
    isRemembered,
  };
}

async function describe(
  text: string,
  path: string,
  settings: Settings,
  { secrets }: Cloud,
): Promise<SecretDescription> {
  try {
    return await secrets.describe(text);
  } catch (error) {
    if (!(error instanceof SecretNotFoundError)) throw error;
    const names = rotatedSecrets(settings, {}).map(({ secretId }) => secretId);
    throw new UsageError(
      `${error.message} in this account and Region, or it may not be seen. ${path} has rotations${names.includes(text) ? ` for it: see --region and AWS_PROFILE` : instead(text, names).replace(/^;/, ':')}`,
    );
  }
}

async function memoryOf(
  { table }: RotationFlags,
  host: RotationHost,
  cloud: Cloud,
): Promise<{ readonly memory: Memory; readonly isRemembered: boolean }> {
  const name = await suiteTable(table, host, cloud);
  if (name !== undefined) return { memory: cloud.memoryIn(name), isRemembered: true };
  host.terminal.say(
    'Not known: who reads the secret, and what was rotated before. Nothing is remembered, and nobody is told.\n',
  );
  return { memory: inMemory(), isRemembered: false };
}

/** As long as the command runs. */
function inMemory(): Memory {
  let record: RotationRecord | undefined;
  return {
    records: {
      read: async () => record,
      async update(_, change) {
        record = change(record) ?? record;
        return record;
      },
    },
    readers: { of: async () => [] },
    findings: undefined,
  };
}

/** Looks at the rotation; with `readOnly` nothing is written and the issuer is not asked. */
export function examine(session: RotationSession, { readOnly }: { readonly readOnly: boolean }) {
  const { secret, target, host } = session;
  return examineRotation(secret.arn, {
    ...session,
    policy: target.policy,
    // Roles of the suite are left out where reads are recorded.
    ownRoles: [],
    clock: host.clock,
    readOnly,
  });
}

/** Keeps findings of where it stands, which the suite then sends. */
export async function tell(session: RotationSession, state: RotationState): Promise<void> {
  const { findings, settings, contracts, records, host, target } = session;
  if (!findings) return;
  await judgeRotation(state, records, {
    settings,
    contracts,
    findings,
    now: host.clock.now(),
    remindMs: target.policy.remindMs,
  });
}

export const widthOf = ({ terminal }: RotationHost): number => textWidth(terminal.columns);

/** Text of one's own, wrapped and harmless. */
export const paragraph = (host: RotationHost, text: string, indent = 0): string =>
  `${indented(plainText(text), indent, widthOf(host))}\n`;

/** A heading and who is affected, in the order to move it. */
export function affectedText(session: RotationSession, state: RotationState, heading: string): string {
  const { affected, ifDies } = affectedNow(state, session.settings);
  return [
    `${heading}\n`,
    ...affectedLines(
      affected.map(({ consumer }) => consumer),
      ifDies,
      widthOf(session.host),
    ).map((line) => `${line}\n`),
  ].join('');
}

/** @returns whether it may go on; on a terminal a person is asked, elsewhere `--yes` says so */
export async function isConfirmed(
  host: RotationHost,
  { yes = false }: { readonly yes?: boolean },
  question: string,
): Promise<boolean> {
  if (yes) return true;
  if (await host.terminal.confirm(plainText(question))) return true;
  host.terminal.say('Nothing was changed.\n');
  return false;
}

/** @throws UsageError where nobody can be asked, before anything else is */
export function assertCanConfirm(
  { terminal }: RotationHost,
  { yes = false }: { readonly yes?: boolean },
): void {
  if (!yes && !terminal.isInteractive) {
    throw new UsageError('there is no terminal to ask for confirmation: add --yes');
  }
}

/**
 * Refuses a text that is shown, and that has the form of a key of this issuer: it was pasted into the wrong place.
 *
 * @throws UsageError which does not repeat the text
 */
export function assertNoKey(text: string, what: string, { shapeProblem, title }: KeyProvider): void {
  // An issuer that takes anything for a key says nothing by it.
  const tellsKeys = shapeProblem('x') !== undefined;
  if (
    tellsKeys &&
    [...text.split(/\s+/), ...text.split(/[^\w-]+/)].some(
      (word) => word !== '' && shapeProblem(word) === undefined,
    )
  ) {
    throw new UsageError(
      `${what} looks like a key of ${title}, and is not repeated here. If it is one, it is in the history of your shell now: deactivate it and make another`,
    );
  }
}
