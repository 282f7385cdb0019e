import equal from 'fast-deep-equal';
import { expiredSuppressions } from '../contracts/suppression.ts';
import type { Suppression } from '../model/contract-settings.ts';
import type { Finding } from '../model/finding.ts';
import type { Settings } from '../model/settings.ts';
import { compareText } from '../order.ts';
import { plural } from '../phrases.ts';
import type { FindingStore, StoredFinding } from '../ports.ts';
import { findingId } from './finding-merge.ts';

export const expiredSuppression = 'expired-suppression';

const evidenceLimit = 100;

/**
 * A suppression that has ended while its findings go on is a finding: somebody promised to look until that day. One for
 * each suppression and end, so that it is told once; further findings extend it.
 *
 * @param changed findings that are new or changed
 */
export async function reportExpiredSuppressions(
  changed: readonly StoredFinding[],
  { suppressions, networks, mode }: Pick<Settings, 'suppressions' | 'networks' | 'mode'>,
  findings: FindingStore,
): Promise<StoredFinding[]> {
  const open = changed.map(({ finding }) => finding).filter(({ status }) => status === 'open');
  const reported: StoredFinding[] = [];
  for (const expired of expiredSuppressions(open, suppressions, Number.POSITIVE_INFINITY, networks)) {
    const group = `${expiredSuppression}|${expired.suppression.id}|${expired.suppression.until}`;
    const id = findingId(group, '');
    const stored = await findings.upsert(id, (existing) => {
      const finding = findingOf(id, expired.suppression, expired.findings, existing?.finding);
      if (existing && equal(finding, existing.finding)) return undefined;
      const revision = (existing?.finding.revision ?? 0) + 1;
      return {
        finding: { ...finding, revision },
        group,
        announce: mode === 'announce',
        mode,
        events: [],
        distinct: 1,
      };
    });
    if (stored) reported.push(stored);
  }
  return reported;
}

function findingOf(
  id: string,
  suppression: Suppression,
  goingOn: readonly Finding[],
  existing: Finding | undefined,
): Finding {
  const evidence = [
    ...new Set([
      ...(existing?.evidence ?? []),
      ...goingOn.flatMap((finding) => finding.evidence.slice(0, 1)),
    ]),
  ]
    .sort(compareText)
    .slice(0, evidenceLimit);
  const times = [existing?.firstSeen, existing?.lastSeen, ...goingOn.map(({ lastSeen }) => lastSeen)]
    .flatMap((time) => time ?? [])
    .sort(compareText);
  return {
    id,
    revision: existing?.revision ?? 1,
    status: 'open',
    incident: existing?.incident ?? null,
    detector: expiredSuppression,
    severity: 'medium',
    title: `Suppression ${suppression.id} ended on ${suppression.until.slice(0, 10)}, and its findings go on`,
    explanation: `It held findings back until ${suppression.until}, because: ${suppression.reason.replace(/\.?$/, '.')} Since then ${plural(evidence.length, 'finding')} that it would have held back came up. Its owner is ${suppression.owner}.`,
    secret: null,
    actor: null,
    firstSeen: times[0] ?? null,
    lastSeen: times.at(-1) ?? null,
    count: evidence.length,
    evidence,
    origins: [],
    agents: [],
    owner: suppression.owner,
    impact: null,
    suppressed: null,
    links: { console: null, docs: 'docs/contracts.md' },
    attack: [],
    advice:
      'Look at the findings: was what they tell meant to end by then?\nThen take the suppression out of audit.yaml, or give it a new end and reason.',
  };
}
