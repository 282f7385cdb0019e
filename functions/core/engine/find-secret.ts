import { instead } from '../contracts/nearest-name.ts';
import { type AccessEvent, type SecretRef, secretKey, secretsOf } from '../model/access-event.ts';
import { compareText } from '../order.ts';

export type FoundSecret =
  | { readonly secret: SecretRef }
  | { readonly candidates: readonly SecretRef[] }
  /** What to say instead: the nearest name, or that there is none. */
  | { readonly hint: string };

/** Which secret of the evidence a person means: by ARN, by name, or by a part of the name that only one has. */
export function findSecret(text: string, events: readonly AccessEvent[]): FoundSecret {
  const known = new Map<string, SecretRef>();
  for (const event of events) {
    for (const secret of secretsOf(event)) {
      const key = secretKey(secret);
      if (!known.get(key)?.arn) known.set(key, secret);
    }
  }
  const secrets = [...known.values()].sort((a, b) => compareText(secretKey(a), secretKey(b)));
  const byArn = text.startsWith('arn:') ? secrets.filter((secret) => isArnOf(secret, text)) : [];
  const byName = byArn.length > 0 ? byArn : secrets.filter(({ name }) => name === text);
  const lowerCase = text.toLowerCase();
  const matching =
    byName.length > 0 || text === ''
      ? byName
      : secrets.filter(({ name }) => name.toLowerCase().includes(lowerCase));
  const [secret] = matching;
  if (!secret) {
    return {
      hint: instead(
        text,
        secrets.map(({ name }) => name),
      ),
    };
  }
  return matching.length === 1 ? { secret } : { candidates: matching };
}

/** Full, or without its six random characters; a secret that was made anew has others. */
function isArnOf({ name, account, region, arn }: SecretRef, text: string): boolean {
  if (arn === text) return true;
  const [, , service, textRegion, textAccount, kind, ...rest] = text.split(':');
  const resource = rest.join(':');
  return (
    service === 'secretsmanager' &&
    kind === 'secret' &&
    textRegion === region &&
    textAccount === account &&
    (resource === name || (resource.startsWith(`${name}-`) && resource.length === name.length + 7))
  );
}
