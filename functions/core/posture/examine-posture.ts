import pMap from 'p-map';
import type { Contracts } from '../contracts/contracts.ts';
import { judgeState } from '../engine/judge-state.ts';
import type { PolicyReach } from '../model/access-event.ts';
import type { SecretDescription } from '../model/secret-state.ts';
import type { Settings } from '../model/settings.ts';
import { policyReach } from '../normalise/resource-policy.ts';
import type { FindingStore, InventoryPlace, SecretCatalogue } from '../ports.ts';
import { judgePosture } from './posture-controls.ts';
import type { PostureState } from './posture-state.ts';

/** GetResourcePolicy is answered 50 times a second, for everybody in the account together ("Secrets Manager quotas"). */
const defaultConcurrency = 2;

export interface PostureFailure {
  readonly place: InventoryPlace;
  /** `list`: of the secrets of a place, or the rest of them. */
  readonly step: 'list' | 'policy' | 'finding';
  /** Left out of a `list`. */
  readonly secret?: string;
  readonly error: unknown;
}

export interface PostureExamination {
  readonly places: readonly InventoryPlace[];
  readonly catalogue: SecretCatalogue;
  readonly settings: Settings;
  readonly contracts: Pick<Contracts, 'of'>;
  readonly findings: FindingStore;
  /** Milliseconds. */
  readonly now: number;
  /** How often at most somebody is told again. Default: never. */
  readonly remindMs?: number;
  /** How many secrets are looked at at once. Default 2. */
  readonly concurrency?: number;
  /** What failed, once for each secret; the rest goes on. */
  readonly onFailure?: (failure: PostureFailure) => void;
}

export interface PostureCounts {
  /** Those that were looked at, without those that wait for their deletion. */
  readonly secrets: number;
  /** With a control that is not met. */
  readonly failing: number;
  /** With something that could not be found out, or whose finding could not be kept. */
  readonly unknown: number;
  /** Findings that were opened, changed or resolved. */
  readonly changed: number;
}

/**
 * Looks at every secret of the places and keeps a finding about each that is not set up as the settings ask. Never throws
 * because of one secret or one place. Findings about secrets that are gone are left to expire; of those that wait for their
 * deletion they are resolved.
 */
export async function examinePosture(examination: PostureExamination): Promise<PostureCounts> {
  const { places, catalogue, concurrency = defaultConcurrency, onFailure } = examination;
  const counts = { secrets: 0, failing: 0, unknown: 0, changed: 0 };
  for (const place of places) {
    try {
      for await (const page of catalogue.pages(place)) {
        const looks = await pMap(page, (secret) => examineSecret(secret, place, examination), {
          concurrency,
        });
        for (const { isAsked, isFailing, isUnknown, changed } of looks) {
          counts.secrets += Number(isAsked);
          counts.failing += Number(isFailing);
          counts.unknown += Number(isUnknown);
          counts.changed += changed;
        }
      }
    } catch (error) {
      onFailure?.({ place, step: 'list', error });
    }
  }
  return counts;
}

interface Look {
  readonly isAsked: boolean;
  readonly isFailing: boolean;
  readonly isUnknown: boolean;
  readonly changed: number;
}

async function examineSecret(
  secret: SecretDescription,
  place: InventoryPlace,
  examination: PostureExamination,
): Promise<Look> {
  const { contracts, now, onFailure } = examination;
  const isAsked = secret.deleted === null;
  const policy = isAsked ? await reachOf(secret, place, examination) : null;
  const applied = contracts.of(secret, secret.tags);
  const { posture, rotation, isDecoy } = applied;
  const state: PostureState = { secret, policy, posture, rotation, isDecoy };
  const { unmet, unknown } = judgePosture(state, now);
  const look = { isAsked, isFailing: unmet.length > 0 };
  try {
    const changed = await judgeState('posture', secret, state, {
      ...examination,
      // With the tags of now, which an inventory may not have yet.
      contracts: { of: () => applied },
    });
    return { ...look, isUnknown: unknown.length > 0, changed: changed.length };
  } catch (error) {
    onFailure?.({ place, step: 'finding', secret: secret.name, error });
    return { ...look, isUnknown: true, changed: 0 };
  }
}

async function reachOf(
  secret: SecretDescription,
  place: InventoryPlace,
  { catalogue, onFailure }: PostureExamination,
): Promise<PolicyReach | null | 'unknown'> {
  try {
    const text = await catalogue.policy(secret);
    return text === null ? null : (policyReach(text, secret.account) ?? 'unknown');
  } catch (error) {
    onFailure?.({ place, step: 'policy', secret: secret.name, error });
    return 'unknown';
  }
}
