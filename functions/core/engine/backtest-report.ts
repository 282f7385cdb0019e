import type { BacktestReport } from '../model/backtest-report.ts';
import type { Severity } from '../model/severity.ts';
import type { ReadingSummary } from './audit-report.ts';
import type { Backtest, Difference } from './backtest.ts';
import type { Judged } from './judge-all.ts';

export interface BacktestRun {
  /** Paths of the settings. */
  readonly settings: string;
  readonly against: string | undefined;
  readonly failOn: Severity;
  readonly unreadable: ReadingSummary['unreadable'];
  readonly before: Judged;
  readonly after: Judged;
  /** Whether something is hidden, by what is compared. */
  readonly hidesSomething: boolean;
}

/** A back-test for programs. */
export function buildBacktestReport(backtest: Backtest, run: BacktestRun): BacktestReport {
  const counted = <Item>({ gained, lost, changed }: Difference<Item>, before: number, after: number) => ({
    before,
    after,
    gained: [...gained],
    lost: [...lost],
    changed: [...changed],
  });
  return {
    schemaVersion: '1.0',
    settings: run.settings,
    against: run.against ?? null,
    failOn: run.failOn,
    hidesSomething: run.hidesSomething,
    unreadable: run.unreadable,
    findings: counted(backtest.findings, run.before.findings.length, run.after.findings.length),
    incidents: counted(backtest.incidents, run.before.incidents.length, run.after.incidents.length),
    suppressions: backtest.hidden.map(({ suppression, findings, grave, incidents }) => ({
      id: suppression?.id ?? null,
      owner: suppression?.owner ?? null,
      until: suppression?.until ?? null,
      hidden: [...findings],
      grave: grave.map(({ id }) => id),
      incidents: [...incidents],
    })),
    missed: [...backtest.missed],
  };
}
