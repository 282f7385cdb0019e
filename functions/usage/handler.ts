import type { Contracts } from '../core/contracts/contracts.ts';
import { namedConsumer } from '../core/contracts/named-consumer.ts';
import { judgeState } from '../core/engine/judge-state.ts';
import { SecretsAuditError } from '../core/errors.ts';
import { secretKey } from '../core/model/access-event.ts';
import { type RotatedSecret, rotatedSecrets } from '../core/model/rotated-secrets.ts';
import type { Settings } from '../core/model/settings.ts';
import type {
  Clock,
  FindingStore,
  InventoryPlace,
  KeyProvider,
  ReaderStore,
  SentMessageStore,
  UsageStore,
} from '../core/ports.ts';
import type { UsageSample } from '../core/usage/usage-state.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import { type CountedFinding, measureFindings } from '../middleware/finding-metrics.ts';
import type { Log } from '../middleware/logger.ts';
import type { Measure, MeasureBalance } from '../middleware/metrics.ts';

export interface UsageDependencies {
  readonly settings: Settings;
  /** Of the suite: secrets elsewhere are asked about by the suite there. */
  readonly place: InventoryPlace;
  readonly contracts: Pick<Contracts, 'of'>;
  /** The current key, or why there is none that could be asked about. Its words hold nothing of the value. */
  readonly currentKey: (secret: RotatedSecret) => Promise<string | { readonly problem: string }>;
  readonly provider: (name: string) => Pick<KeyProvider, 'probe'>;
  readonly samples: UsageStore;
  readonly sent: SentMessageStore;
  readonly readers: Pick<ReaderStore, 'of'>;
  readonly findings: FindingStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly measure: Measure;
  readonly measureBalance: MeasureBalance;
}

const dayMs = 86_400_000;

/** Five earlier weeks of an hour, and some days more. */
const samplesMs = 40 * dayMs;

/** As far back as a check looks: its window may be a week. */
const sentMs = 8 * dayMs;

/** Some keys could not be asked about; the others were. */
export class UsageIncompleteError extends SecretsAuditError {
  readonly code = 'USAGE_INCOMPLETE';
}

/** Asks the issuer about each current key, remembers the answer, and judges what the answers of the last weeks say. */
export const createHandler = (dependencies: UsageDependencies) => async (): Promise<void> => {
  const { settings, place, log, measure } = dependencies;
  const failures: string[] = [];
  const findings: CountedFinding[] = [];
  let refused = 0;
  for (const rotated of rotatedSecrets(settings, place)) {
    try {
      const outcome = await askAbout(rotated, dependencies);
      findings.push(...outcome.findings);
      refused += outcome.isRefused ? 1 : 0;
    } catch (error) {
      const details = { secret: rotated.secret.name, code: codeOf(error), reason: messageOf(error) };
      log.error('A key could not be asked about', details);
      failures.push(`${rotated.secret.name} (${details.code})`);
    }
  }
  measureFindings(findings, measure);
  measure('RefusedKeys', refused);
  if (failures.length > 0) throw new UsageIncompleteError(`Not asked about: ${failures.join(', ')}`);
};

async function askAbout(
  rotated: RotatedSecret,
  dependencies: UsageDependencies,
): Promise<{ readonly findings: readonly CountedFinding[]; readonly isRefused: boolean }> {
  const { settings, contracts, clock, log, measureBalance } = dependencies;
  const { secret, policy } = rotated;
  const key = await dependencies.currentKey(rotated);
  if (typeof key !== 'string') throw new UsageIncompleteError(key.problem);
  const { standing, reason, balance = null } = await dependencies.provider(policy.provider).probe(key);
  const now = clock.now();
  const sample: UsageSample = { at: now, standing, reason, balance };
  await dependencies.samples.add(secret, sample);
  log.info('A key was asked about', { secret: secret.name, standing, reason, balance });
  if (balance) measureBalance(secretKey(secret), balance.amount);

  const [samples, readers, sent] = await Promise.all([
    dependencies.samples.since(secret, now - samplesMs),
    dependencies.readers.of(secret),
    dependencies.sent.hours(secret, now - sentMs),
  ]);
  const changed = await judgeState(
    'usage',
    secret,
    {
      secret,
      samples,
      readers,
      hasInjectedConsumers: contracts
        .of(secret)
        .clauses.some((clause) => namedConsumer(clause).delivery === 'injected'),
      sent,
    },
    { settings, contracts, findings: dependencies.findings, now },
  );
  return {
    findings: changed.map(({ finding }) => finding),
    isRefused: standing === 'invalid' || standing === 'restricted',
  };
}
