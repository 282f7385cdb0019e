import { subjectOf } from '../engine/incident-threads.ts';
import { secretKey } from '../model/access-event.ts';
import type { Sign } from './sign.ts';

/** What a thread may join by: whoever acted, and the secret. */
const tiesOf = ({ finding }: Sign): string[] => [
  subjectOf(finding),
  ...(finding.secret ? [`secret ${secretKey(finding.secret)}`] : []),
];

/** Those of `all` that may be threaded with one of `signs`, directly or by way of others. */
export function connectedSigns(signs: readonly Sign[], all: readonly Sign[]): Sign[] {
  const byTie = new Map<string, Sign[]>();
  for (const sign of all) {
    for (const tie of tiesOf(sign)) {
      const tied = byTie.get(tie) ?? [];
      byTie.set(tie, tied);
      tied.push(sign);
    }
  }
  const found = new Set<Sign>();
  const left = signs.flatMap(tiesOf);
  for (let tie = left.pop(); tie !== undefined; tie = left.pop()) {
    const tied = byTie.get(tie) ?? [];
    byTie.delete(tie);
    for (const sign of tied) {
      if (found.has(sign)) continue;
      found.add(sign);
      left.push(...tiesOf(sign));
    }
  }
  return [...found];
}
