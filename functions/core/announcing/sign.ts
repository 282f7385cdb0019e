import type { Finding } from '../model/finding.ts';
import type { Mode } from '../model/mode.ts';

/** A finding as far as it matters to incidents. */
export interface Sign {
  /** Without the texts that only messages show. */
  readonly finding: Finding;
  /** It is to be sent by itself. */
  readonly announce: boolean;
  /** Neither suppressed nor only observed: it counts for what is sent. */
  readonly audible: boolean;
  /** Of findings about what is so: how often they were to be told, when last, and of what. */
  readonly told: Telling | null;
  /** Id of the incident that it was put into, which may be a part of another one since; `null`: none yet. */
  readonly incident: string | null;
}

interface Telling {
  readonly count: number;
  /** Milliseconds. */
  readonly at: number;
  readonly stage: string;
}

/** A stored finding, as far as it is needed here. */
interface Judged {
  readonly finding: Finding;
  readonly announce: boolean;
  readonly mode?: Mode;
  readonly told?: Telling;
}

/** What incidents keep of a finding: a few KB less than all of it. */
export function signOf({ finding, announce, mode, told }: Judged): Sign {
  const { facts: _, ...kept } = finding;
  return {
    finding: {
      ...kept,
      explanation: '',
      origins: [],
      agents: [],
      impact: null,
      links: { console: null, docs: '' },
      attack: [],
      advice: '',
    },
    announce,
    audible: finding.suppressed === null && mode !== 'observe',
    told: told ?? null,
    incident: null,
  };
}

/** About what is so, instead of what happened: no part of an attack. */
export const isOfCheck = ({ told }: Sign): boolean => told !== null;

/** A day by which a sign is found; findings without a time, and those of checks, have none. */
export function dayOfSign(sign: Sign): string {
  if (isOfCheck(sign)) return 'checks';
  return (sign.finding.lastSeen ?? sign.finding.firstSeen)?.slice(0, 10) ?? 'undated';
}
