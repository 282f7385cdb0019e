import * as z from 'zod';
import { judgeRotation } from '../core/engine/judge-rotation.ts';
import type { JudgeStateOptions } from '../core/engine/judge-state.ts';
import { SecretsAuditError } from '../core/errors.ts';
import type { RotatedSecret } from '../core/model/rotated-secrets.ts';
import type { Clock, RotationStore } from '../core/ports.ts';
import type { RotationState } from '../core/rotation/rotation-state.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import { measureFindings } from '../middleware/finding-metrics.ts';
import type { Log } from '../middleware/logger.ts';
import type { Measure } from '../middleware/metrics.ts';

export interface EnforceDependencies {
  readonly rotated: readonly RotatedSecret[];
  /** Looks at one secret that is rotated; see core/rotation/examine-rotation.ts. */
  readonly examine: (target: RotatedSecret) => Promise<RotationState>;
  readonly records: RotationStore;
  /** What findings are judged and kept with, as of now. */
  readonly judging: () => Promise<Omit<JudgeStateOptions, 'now' | 'incident' | 'remindMs'>>;
  /** Looks at how all secrets are set up; does so where a day has gone by. */
  readonly examinePosture: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly measure: Measure;
}

/** Some secrets could not be looked at; the others were. */
export class EnforcementIncompleteError extends SecretsAuditError {
  readonly code = 'ENFORCEMENT_INCOMPLETE';
}

/** From `rotate`, about one secret; the schedule names none. */
const requestSchema = z.object({ secret: z.string().min(1) });

const dayMs = 86_400_000;

/** Looks after every rotation: due, refused, half done, switched, proven; and once a day at how all secrets are set up. */
export const createHandler = (dependencies: EnforceDependencies) => async (event: unknown) => {
  const { rotated, log, measure, examinePosture } = dependencies;
  const request = requestSchema.safeParse(event);
  const targets = request.success
    ? rotated.filter(({ secretId }) => secretId === request.data.secret)
    : rotated;
  const failures: string[] = [];
  const attempt = async (what: string, look: () => Promise<void>) => {
    try {
      await look();
    } catch (error) {
      failures.push(`${what} (${codeOf(error)})`);
      log.error('Could not be looked at', { what, code: codeOf(error), reason: messageOf(error) });
    }
  };
  const ages: number[] = [];
  for (const target of targets) {
    await attempt(target.secretId, async () => {
      ages.push(await lookAfter(target, dependencies));
    });
  }
  if (ages.length > 0) measure('KeyAgeDays', Math.max(...ages));
  if (!request.success) {
    await attempt('posture', examinePosture);
  }
  if (failures.length > 0) throw new EnforcementIncompleteError(`Not looked at: ${failures.join(', ')}`);
};

/** @returns age of the current value in days */
async function lookAfter(target: RotatedSecret, dependencies: EnforceDependencies): Promise<number> {
  const { examine, records, judging, clock, log, measure } = dependencies;
  const state = await examine(target);
  const { secret, record, current } = state;
  const now = clock.now();
  const options = { ...(await judging()), now, remindMs: target.policy.remindMs };
  const changed = await judgeRotation(state, records, options);
  measureFindings(
    changed.map(({ finding }) => finding),
    measure,
  );
  const ageDays = current ? (now - current.created) / dayMs : 0;
  log.info('Rotation', {
    secret: secret.name,
    status: record?.status,
    ageDays: Math.round(ageDays * 10) / 10,
    switched: record?.switchedAt != null,
    consumers: state.consumers.map(({ consumer, progress }) => `${consumer}: ${progress}`),
    oldKey: record?.oldKey?.standing,
    findings: changed.map(({ finding }) => `${finding.detector} ${finding.status}`),
  });
  return ageDays;
}
