import * as z from 'zod';
import { readBundledSettings } from '../adapters/bundled-settings.ts';
import { createCurrentContracts } from '../adapters/current-contracts.ts';
import { createFindingStore } from '../adapters/dynamodb-finding-store.ts';
import { createInventoryStore } from '../adapters/dynamodb-inventory-store.ts';
import { createReaderStore } from '../adapters/dynamodb-reader-store.ts';
import { createRotationStore } from '../adapters/dynamodb-rotation-store.ts';
import { connectTable } from '../adapters/dynamodb-table.ts';
import { createTurns } from '../adapters/dynamodb-turns.ts';
import { lambdaRuntime, readEnvironment } from '../adapters/lambda-environment.ts';
import { createRotationSteps } from '../adapters/rotation-steps.ts';
import { createRunningConsumers } from '../adapters/running-consumers.ts';
import { createSecretCatalogue } from '../adapters/secret-catalogue.ts';
import { createSecretStore } from '../adapters/secrets-manager-secret-store.ts';
import { systemClock as clock, sleep } from '../adapters/system-clock.ts';
import { rotatedSecrets } from '../core/model/rotated-secrets.ts';
import { examinePosture } from '../core/posture/examine-posture.ts';
import { examineRotation } from '../core/rotation/examine-rotation.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import { instrument } from '../middleware/instrument.ts';
import { logger } from '../middleware/logger.ts';
import { measure } from '../middleware/metrics.ts';
import { env } from './env.ts';
import { createHandler } from './handler.ts';

const { TABLE_NAME, ACCOUNT_ID, OWN_ROLES } = readEnvironment(env);
const { AWS_REGION } = readEnvironment(lambdaRuntime);
const settings = readBundledSettings();
const place = { account: ACCOUNT_ID, region: AWS_REGION };
const table = connectTable(TABLE_NAME);
const patience = { sleep, random: Math.random };
const records = createRotationStore({ table, ...patience });
const findings = createFindingStore({
  table,
  findingDays: settings.retention.findingDays,
  clock,
  ...patience,
});
const inventory = createInventoryStore(table, clock);
const takeTurn = createTurns(table, clock);
const catalogue = createSecretCatalogue();
const readers = createReaderStore(table);
const running = createRunningConsumers();
const ownRoles = z.array(z.string()).parse(JSON.parse(OWN_ROLES));
const stepsOf = createRotationSteps({ settings, secrets: createSecretStore(), records, clock });

/** A day, and a little less: a schedule is some seconds early or late. */
const postureEveryMs = 23.5 * 3_600_000;

const currentContracts = createCurrentContracts(settings, inventory);

const judging = async () => ({ settings, contracts: await currentContracts(), findings });

export const handler = instrument(
  createHandler({
    rotated: rotatedSecrets(settings, place),
    examine: async (target) =>
      examineRotation(target.secretId, {
        ...stepsOf(target),
        settings,
        readers,
        running,
        ownRoles,
        contract: (await currentContracts()).of(target.secret),
      }),
    records,
    judging,
    async examinePosture() {
      if (!(await takeTurn('posture', postureEveryMs))) return;
      const regions = [...new Set([AWS_REGION, ...settings.regions])];
      const faults = new Map<string, number>();
      const { changed, ...counts } = await examinePosture({
        places: regions.map((region) => ({ account: ACCOUNT_ID, region })),
        catalogue,
        ...(await judging()),
        now: clock.now(),
        onFailure: ({ place: { region }, step, error }) => {
          const fault = `${region} ${step}: ${codeOf(error)} ${messageOf(error)}`;
          faults.set(fault, (faults.get(fault) ?? 0) + 1);
        },
      });
      for (const [fault, count] of faults)
        logger.warn('Posture is not known of some secrets', { fault, count });
      logger.info('Posture', { ...counts, changed });
    },
    clock,
    log: logger,
    measure,
  }),
);
