import type { OwnReads } from '../../functions/core/model/own-reads.ts';
import type { RotatedSecret } from '../../functions/core/model/rotated-secrets.ts';
import type { Settings } from '../../functions/core/model/settings.ts';
import { receiverSecrets } from './receivers.ts';
import { accountSecretOf } from './rotated.ts';
import type { SuiteFunction } from './suite-function.ts';

type Owner = { readonly function: SuiteFunction };

/** The suite's own calls on secrets: what its roles are there for, and the contracts of the secrets need not know of. */
export function ownReadsOf(
  parts: {
    readonly notify?: Owner;
    readonly respond?: Owner;
    readonly rotate?: Owner;
    readonly usage?: Owner;
    readonly enforce: Owner;
  },
  settings: Settings,
  rotated: readonly RotatedSecret[],
): OwnReads {
  const roleOf = (part: Owner) => part.function.role.roleArn;
  const { notify, respond, rotate, usage, enforce } = parts;
  const secret = rotated.map(({ secretId }) => secretId);
  const accounts = [...new Set(rotated.flatMap((each) => accountSecretOf(each) ?? []))];
  const looks = ['read', 'describe'];
  return [
    ...(notify
      ? [{ role: roleOf(notify), secret: receiverSecrets(settings).map((each) => each.secret) }]
      : []),
    ...(respond ? [{ role: roleOf(respond), secret: settings.notify.slack?.botSecret ?? '' }] : []),
    ...(rotate ? [{ role: roleOf(rotate), secret, actions: [...looks, 'put-value', 'move-stage'] }] : []),
    ...(rotate && accounts.length > 0 ? [{ role: roleOf(rotate), secret: accounts, actions: looks }] : []),
    ...(usage ? [{ role: [roleOf(enforce), roleOf(usage)], secret, actions: looks }] : []),
    { role: roleOf(enforce), secret: '*', actions: ['describe'] },
  ];
}
