import { RotationDelayedError, RotationRefusedError } from '../errors.ts';
import { shellWord } from '../format/shell-word.ts';
import { isProven, type KeyProbe } from '../model/key-probe.ts';
import type { SecretDescription, SecretValue } from '../model/secret-state.ts';
import type { KeyProvider } from '../ports.ts';
import { keyIn, type NamedKey } from './secret-value.ts';
import type { StepDependencies } from './step-dependencies.ts';

export function checkShape(key: string, provider: KeyProvider, command: string): void {
  const problem = provider.shapeProblem(key);
  if (problem !== undefined)
    throw new RotationRefusedError('KEY_SHAPE', `${problem}. Stage another: ${command}`);
}

/**
 * Asks the issuer about a key.
 *
 * @param current the value whose account the key must be of; `undefined` where it is the one that is asked about
 * @throws RotationRefusedError, RotationDelayedError where it was not seen to work
 */
export async function proveKey(
  value: SecretValue,
  current: SecretValue | undefined,
  { provider, policy }: StepDependencies,
  secret: SecretDescription,
): Promise<NamedKey> {
  const named = keyIn(value, policy.field);
  const command = `secrets-audit rotation stage ${shellWord(secret.name)}`;
  checkShape(named.key, provider, command);
  const probe = await provider.probe(named.key);
  assertProven(probe, provider.title);
  if (!current) return named;
  const currentKey = keyIn(current, policy.field).key;
  if (currentKey === named.key) {
    throw new RotationRefusedError(
      'KEY_NOT_NEW',
      `The pending key is the one that is current already. Stage another: ${command}`,
    );
  }
  if (probe.account === undefined) return named;
  const { account } = await provider.probe(currentKey);
  if (account !== undefined && account !== probe.account) {
    throw new RotationRefusedError(
      'KEY_OF_OTHER_ACCOUNT',
      `The new key belongs to another account of ${provider.title} than the current one. Stage one of the same account: ${command}`,
    );
  }
  return named;
}

/** @throws RotationRefusedError, RotationDelayedError saying what the issuer answered and what to do */
export function assertProven(probe: KeyProbe, issuer: string): void {
  if (isProven(probe)) return;
  switch (probe.standing) {
    case 'invalid':
      throw new RotationRefusedError(
        'KEY_INVALID',
        `${issuer} does not know the new key (${probe.reason}). It was not made current`,
      );
    case 'restricted':
      throw new RotationRefusedError(
        'ADDRESS_LOCKED',
        `${issuer} refuses the address that asks (${probe.reason}): the key can be neither proven nor refuted from here. Let rotate run in subnets with an allowed, fixed address: egress in audit.yaml`,
      );
    case 'retry':
      throw new RotationDelayedError('ISSUER_AWAY', `${issuer} gives no answer now (${probe.reason})`);
    default:
      throw new RotationDelayedError(
        'ISSUER_UNCLEAR',
        `${issuer} gives an answer that says nothing of the key (${probe.reason})`,
      );
  }
}
