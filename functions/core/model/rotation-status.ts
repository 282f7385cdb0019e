import * as z from 'zod';
import { phaseNames } from '../rotation/life.ts';
import { keyStandings } from './key-probe.ts';
import { severities } from './severity.ts';

const time = z.iso.datetime();
const versionId = z.string();

/** What `rotation status --format json` prints. Holds no value and no key. */
export const rotationStatusSchema = z.object({
  at: time,
  secret: z.object({ arn: z.string(), name: z.string(), account: z.string(), region: z.string() }),
  /** Name of the account in the settings. */
  accountName: z.string().nullable(),
  owner: z.object({ name: z.string(), routes: z.array(z.string()) }).nullable(),
  impact: z.string().nullable(),
  issuer: z.object({
    title: z.string(),
    dashboard: z.string(),
    isAddressLocked: z
      .boolean()
      .describe('It refuses our address: keys can be used from some addresses only'),
  }),
  policy: z.object({
    mode: z.enum(['staged', 'minted']),
    everyDays: z.number(),
    warnDays: z.number(),
    graceDays: z.number(),
    /** Label under which the next key is put. */
    nextStage: z.string(),
  }),
  /** `null`: the secret has no current value. */
  current: z.object({ version: versionId, created: time, ageDays: z.number(), due: time }).nullable(),
  /** What Secrets Manager says. */
  schedule: z.object({
    enabled: z.boolean(),
    expression: z.string().nullable(),
    afterDays: z.number().nullable(),
    last: time.nullable(),
    next: time.nullable(),
  }),
  versions: z.array(z.object({ id: versionId, created: time, labels: z.array(z.string()) })),
  /** Whether what happened before is remembered; without the suite's table it is not. */
  isRemembered: z.boolean(),
  phase: z.enum(phaseNames).describe('Of its life: docs/rotation-life.md'),
  rotation: z
    .object({
      incident: z.string(),
      status: z.enum(['open', 'closed']),
      how: z.enum(['rotation', 'outside', 'rollback']).nullable(),
      switchedAt: time.nullable(),
      graceUntil: time.nullable(),
      oldVersion: versionId.nullable(),
      newVersion: versionId.nullable(),
      oldKeyName: z.string().nullable(),
      newKeyName: z.string().nullable(),
      /** What the issuer last said of the old key; `status` does not ask it. */
      oldKey: z.object({ standing: z.enum(keyStandings), reason: z.string(), at: time }).nullable(),
      closed: z.object({ at: time, because: z.string() }).nullable(),
    })
    .nullable(),
  /** Oldest first. */
  story: z.array(z.object({ at: time, what: z.string() })),
  /** In the order in which they are best moved. */
  consumers: z.array(
    z.object({
      consumer: z.string(),
      identity: z.string().nullable(),
      clause: z.string().nullable(),
      delivery: z.enum(['injected', 'runtime']).nullable(),
      isRehearsal: z.boolean(),
      lastRead: time.nullable(),
      progress: z.enum(['moved', 'lagging', 'unseen', 'unknown']),
      because: z.string(),
    }),
  ),
  stopsWorking: z.object({ ifDies: z.enum(['old key', 'current key']), consumers: z.array(z.string()) }),
  /** By the contract they may read; nobody saw them do so. */
  unseenReaders: z.array(z.object({ clause: z.string(), who: z.string() })),
  standings: z.array(
    z.object({
      check: z.string(),
      severity: z.enum(severities),
      title: z.string(),
      explanation: z.string(),
    }),
  ),
  /** Steps with exact commands; nothing runs them. */
  next: z.array(z.string()),
  unknown: z.array(z.string()),
});

export type RotationStatus = z.infer<typeof rotationStatusSchema>;
