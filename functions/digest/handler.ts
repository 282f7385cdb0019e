import { wake } from '../core/announcing/retell.ts';
import { type DigestPorts, sendDigestsTo } from '../core/announcing/send-digests.ts';
import { SecretsAuditError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import type { Log } from '../middleware/logger.ts';
import type { Measure } from '../middleware/metrics.ts';

export interface DigestDependencies extends DigestPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly measure: Measure;
}

/** Some targets did not get what is due; the others did. */
export class DigestIncompleteError extends SecretsAuditError {
  readonly code = 'DIGEST_INCOMPLETE';
}

/** Sends what is due: what was held, what the calendar says, and what was not told because of a snooze that is over. */
export const createHandler = (dependencies: DigestDependencies) => async (): Promise<void> => {
  const { targets, clock, log, measure } = dependencies;
  const now = clock.now();
  await wakeSnoozed(dependencies, now);
  const failures: string[] = [];
  let sent = 0;
  for (const target of targets.values()) {
    try {
      const digests = await sendDigestsTo(target, dependencies, now);
      if (digests > 0) log.info('Digests sent', { target: target.name, digests });
      sent += digests;
    } catch (error) {
      const details = { target: target.name, code: codeOf(error), reason: messageOf(error) };
      log.error('A target did not get its digest', details);
      failures.push(`${target.name} (${details.code})`);
    }
  }
  measure('Digests', sent);
  if (failures.length > 0) throw new DigestIncompleteError(`No digest for: ${failures.join(', ')}`);
};

/** Changes incidents alone: what is news then comes by the table's stream, as all news do. */
async function wakeSnoozed({ incidents, settings, log }: DigestDependencies, now: number): Promise<void> {
  const options = { minimumSeverity: settings.notify.minimumSeverity, now };
  for (const { record } of await incidents.list({ status: 'any', snoozeEndedBy: now })) {
    const signs = await incidents.signsOf(record.incident);
    const woken = await incidents.update(record.incident.id, (stored) => wake(stored, signs, options));
    if (woken) log.info('A snooze has ended', { incidentId: record.incident.id, told: woken.told.count });
  }
}
