import type { Exception, Suppression } from '../model/contract-settings.ts';
import type { Finding } from '../model/finding.ts';
import type { PermittedUntil } from '../model/report.ts';
import type { Settings } from '../model/settings.ts';
import { compareText } from '../order.ts';

/** Suppressions and exceptions, those that end first at the top. */
export const permittedUntil = (
  { suppressions, exceptions }: Pick<Settings, 'suppressions' | 'exceptions'>,
  findings: readonly Finding[],
  now: number,
): PermittedUntil[] =>
  [
    ...suppressions.map((suppression) => ({
      ...shared(suppression, now),
      kind: 'suppression' as const,
      id: suppression.id,
      about: Object.entries(suppression.match)
        .map(([key, value]) => `${key} ${value}`)
        .join(', '),
      findings: findings.filter(({ suppressed }) => suppressed?.id === suppression.id).length,
    })),
    ...exceptions.map((exception) => ({
      ...shared(exception, now),
      kind: 'exception' as const,
      id: exception.clause,
      about: aboutException(exception),
      findings: null,
    })),
  ].sort((a, b) => compareText(a.until, b.until) || compareText(a.id, b.id));

const shared = ({ owner, reason, until }: Suppression | Exception, now: number) => ({
  owner,
  reason,
  until: new Date(until).toISOString(),
  hasEnded: Date.parse(until) < now,
});

const aboutException = ({ secret, for: whom, from, hours }: Exception): string =>
  [
    `secret ${secret}`,
    ...(whom === undefined ? [] : [`for ${whom}`]),
    ...(from === undefined ? [] : [`from ${[from].flat().join(', ')}`]),
    ...(hours === undefined ? [] : [`hours ${hours}`]),
  ].join(', ');
