import type { RotationStore, StoredFinding } from '../ports.ts';
import type { RotationState } from '../rotation/rotation-state.ts';
import { type JudgeStateOptions, judgeState, settleStory } from './judge-state.ts';

/**
 * Judges where the rotation of one secret stands, under the incident of its story; the findings of the story before are
 * settled first.
 *
 * @returns findings that changed
 */
export async function judgeRotation(
  state: RotationState,
  records: RotationStore,
  options: Omit<JudgeStateOptions, 'incident'>,
): Promise<StoredFinding[]> {
  const { secret, record } = state;
  const former = record?.former;
  if (former) {
    await settleStory('rotation', secret, { ...options, incident: former });
    await records.update(secret, (latest) =>
      latest?.former === former ? { ...latest, former: null } : undefined,
    );
  }
  return judgeState('rotation', secret, state, {
    ...options,
    ...(record && { incident: record.incident }),
  });
}
