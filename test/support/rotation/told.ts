import { createContracts } from '../../../functions/core/contracts/contracts.ts';
import { judgeState } from '../../../functions/core/engine/judge-state.ts';
import { createMemoryFindingStore } from '../../../functions/core/engine/memory-stores.ts';
import type { Finding } from '../../../functions/core/model/finding.ts';
import { defaultSettings } from '../../../functions/core/model/settings.ts';
import type { RotationState } from '../../../functions/core/rotation/rotation-state.ts';

/** The findings that a state opens, as they would be told. */
export async function toldOf(state: RotationState, now: number): Promise<Finding[]> {
  const findings = createMemoryFindingStore();
  await judgeState('rotation', state.secret, state, {
    settings: defaultSettings,
    contracts: createContracts(defaultSettings),
    findings,
    now,
    ...(state.record && { incident: state.record.incident }),
  });
  return findings.all().map(({ finding }) => finding);
}
