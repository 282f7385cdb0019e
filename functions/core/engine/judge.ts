import type { Contracts } from '../contracts/contracts.ts';
import { createContracts } from '../contracts/contracts.ts';
import type { Detector } from '../detector.ts';
import { detectors } from '../detectors/index.ts';
import type { AccessEvent } from '../model/access-event.ts';
import type { AssessedEvent } from '../model/assessment.ts';
import type { OwnReads } from '../model/own-reads.ts';
import type { Settings } from '../model/settings.ts';
import type { FindingStore, HistoryStore, StoredFinding, WindowStore } from '../ports.ts';
import { createAssessor } from './assessor.ts';
import { relinkBatchReads } from './batch-reads.ts';
import { distinctEvents } from './copies.ts';
import { judgeGroups } from './groups.ts';
import { isOwnRead } from './own-read.ts';

export interface JudgeOptions {
  readonly settings: Settings;
  readonly windows: WindowStore;
  readonly findings: FindingStore;
  readonly history: HistoryStore;
  /** Made of the settings, where the caller has none yet. */
  readonly contracts?: Contracts;
  /** The suite's own reads, which are not judged. */
  readonly ownReads?: OwnReads;
  /** Only tests judge with others. */
  readonly detectors?: readonly Detector[];
}

/**
 * Judges events: learns from them what is usual, stores those that wait for company, finds the windows that they
 * complete, and stores the findings. When the promise is fulfilled everything is stored, and the events may be
 * acknowledged; when it is rejected they must be delivered again, which does no harm.
 *
 * Events that come late may show that something judged earlier was usual after all, or that a batch's reads are known:
 * what that concerns is judged again, and a finding that no longer holds is withdrawn.
 *
 * @param events in any order, each delivered any number of times
 * @returns the findings that are new or changed
 */
export async function judge(events: readonly AccessEvent[], options: JudgeOptions): Promise<StoredFinding[]> {
  const { settings, windows, history, findings } = options;
  const contracts = options.contracts ?? createContracts(settings);
  const distinct = distinctEvents(events).filter((event) => !isOwnRead(event, options.ownReads));
  const assessor = await createAssessor({
    history,
    windows,
    contracts,
    minimumDays: settings.history.minimumDays,
  });
  const reopened = await assessor.learn(distinct);
  const linked = await relinkBatchReads([...distinct, ...reopened], { windows, assessor });
  const assessed: readonly AssessedEvent[] = await assessor.assess([...linked.events, ...linked.reopened]);
  const again = new Set([...reopened, ...linked.reopened].map(({ key }) => key));
  return judgeGroups(assessed, again, {
    settings,
    windows,
    findings,
    contracts,
    assessor,
    detectors: options.detectors ?? detectors,
  });
}
