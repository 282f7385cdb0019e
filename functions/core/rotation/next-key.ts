import { RotationDelayedError, RotationRefusedError } from '../errors.ts';
import { shellWord } from '../format/shell-word.ts';
import type { SecretDescription } from '../model/secret-state.ts';
import { checkShape } from './prove-key.ts';
import { openRecord } from './rotation-record.ts';
import { keyIn, type NamedKey } from './secret-value.ts';
import type { StepDependencies } from './step-dependencies.ts';

/** The key that an operator staged. */
export async function stagedKey(
  secret: SecretDescription,
  currentKey: string,
  { secrets, policy, provider }: StepDependencies,
): Promise<NamedKey> {
  const staged = await secrets.value(secret.arn, { stage: policy.nextStage });
  const command = `secrets-audit rotation stage ${shellWord(secret.name)}`;
  if (!staged) {
    throw new RotationRefusedError(
      'NO_STAGED_KEY',
      `No key is staged under ${policy.nextStage}. Make one in ${provider.dashboard}, then: ${command}`,
    );
  }
  const next = keyIn(staged, policy.field);
  checkShape(next.key, provider, command);
  if (next.key === currentKey) {
    throw new RotationRefusedError(
      'KEY_NOT_NEW',
      `The staged key is the one that is current already. Make a new one in ${provider.dashboard}, then: ${command}`,
    );
  }
  return next;
}

/**
 * Asks the issuer for a key. Each request makes another one, so its name is remembered before: where the answer, or the
 * storing, is lost, the story names what may exist at the issuer without being stored anywhere.
 */
export async function mintedKey(
  secret: SecretDescription,
  token: string,
  { provider, records, credentials, clock }: StepDependencies,
): Promise<NamedKey> {
  if (!provider.mint || !credentials) {
    throw new RotationRefusedError(
      'MINT_REFUSED',
      `${provider.title} makes no keys when asked: use mode staged`,
    );
  }
  let name = '';
  await records.update(secret, (record) => {
    const before = record?.minting ?? [];
    name = `${secret.name.replaceAll('/', '-')}-${token.slice(0, 8)}-${before.length + 1}`;
    return {
      ...openRecord(record, secret),
      minting: [...before, { name, at: clock.now(), stored: false }].slice(-mintingKept),
    };
  });
  const minted = await provider.mint(await credentials(), name);
  if ('key' in minted) return { key: minted.key, name };
  if ('retry' in minted) throw new RotationDelayedError('ISSUER_AWAY', minted.retry);
  await records.update(
    secret,
    (record) => record && { ...record, minting: record.minting.filter((each) => each.name !== name) },
  );
  throw new RotationRefusedError(
    'MINT_REFUSED',
    `${provider.title} made no key: ${minted.refused}. Check the account's credentials in rotation.accountSecret`,
  );
}

const mintingKept = 20;
