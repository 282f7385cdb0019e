import { RotationRefusedError } from '../core/errors.ts';
import type { KeyCredentials, SecretStore } from '../core/ports.ts';

/**
 * The credentials of the issuer's account, from a secret of their own: JSON `{"username", "password"}`.
 *
 * @throws RotationRefusedError naming the secret, never what it holds
 */
export async function accountCredentials(
  secrets: Pick<SecretStore, 'value'>,
  secretId: string,
): Promise<KeyCredentials> {
  const value = await secrets.value(secretId, { stage: 'AWSCURRENT' });
  if (value?.kind === 'text') {
    try {
      const { username, password } = JSON.parse(value.text) as Partial<Record<string, unknown>>;
      if (typeof username === 'string' && typeof password === 'string') return { username, password };
    } catch {
      // Said below, without the text.
    }
  }
  throw new RotationRefusedError(
    'MINT_REFUSED',
    `The secret ${secretId} must hold the account's credentials as JSON {"username": "…", "password": "…"}; it holds something else`,
  );
}
