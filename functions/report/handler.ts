import type { Contracts } from '../core/contracts/contracts.ts';
import { UnreadableInputError } from '../core/errors.ts';
import { summaryIn } from '../core/format/report-html/embedded-summary.ts';
import { reportHtml } from '../core/format/report-html/report-html.ts';
import { type SecretRef, secretKey } from '../core/model/access-event.ts';
import type { ReportSummary } from '../core/model/report.ts';
import type { SecretDescription } from '../core/model/secret-state.ts';
import type { Settings } from '../core/model/settings.ts';
import type {
  Clock,
  HistoryStore,
  InventoryPlace,
  InventoryStore,
  ReportArchive,
  SecretCatalogue,
  SuiteRecordSource,
} from '../core/ports.ts';
import { suiteReport } from '../core/report/suite-report.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import type { Log } from '../middleware/logger.ts';

export interface ReportDependencies {
  readonly settings: Settings;
  /** Of the suite. */
  readonly place: InventoryPlace;
  readonly records: SuiteRecordSource;
  readonly usual: Pick<HistoryStore, 'completeSince'>;
  readonly inventory: Pick<InventoryStore, 'read'>;
  readonly contracts: () => Promise<Pick<Contracts, 'of'>>;
  readonly catalogue: Pick<SecretCatalogue, 'pages'>;
  readonly archive: ReportArchive;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes the report of what the suite remembers, compared with the one before, and keeps it. */
export const createHandler = (dependencies: ReportDependencies) => async (): Promise<void> => {
  const { settings, records, usual, inventory, contracts, archive, clock, log } = dependencies;
  const before = await reportBefore(dependencies);
  const { values, secrets, unlisted } = await listSecrets(dependencies);
  const report = suiteReport({
    records: await records.read(),
    secrets: await known(secrets, inventory),
    knownSince: await usual.completeSince(),
    listed: values,
    unlisted,
    settings,
    contracts: await contracts(),
    ...(before && { before }),
    now: clock.now(),
  });
  const place = await archive.put({
    at: report.generatedAt,
    html: reportHtml(report),
    json: JSON.stringify(report),
  });
  log.info('Report', {
    place,
    secrets: report.secrets.length,
    incidents: report.incidents.length,
    findings: report.findings.length,
    comparedWith: before?.generatedAt ?? null,
  });
};

/** Those that are listed now, and those of Regions that do not answer from the list before. */
async function known(
  listed: readonly SecretRef[],
  inventory: ReportDependencies['inventory'],
): Promise<SecretRef[]> {
  const before = [...(await inventory.read()).values()].map(({ secret }) => secret);
  return [...new Map([...before, ...listed].map((secret) => [secretKey(secret), secret])).values()];
}

/** A report that nobody can read any more must not stop the next one. */
async function reportBefore({ archive, log }: ReportDependencies): Promise<ReportSummary | undefined> {
  const text = await archive.latest();
  if (text === undefined) return undefined;
  try {
    return summaryIn(text);
  } catch (error) {
    if (!(error instanceof UnreadableInputError)) throw error;
    log.warn('The report before cannot be read, so nothing is compared', { reason: error.message });
    return undefined;
  }
}

interface Listed {
  readonly secrets: readonly SecretDescription[];
  readonly values: ReadonlyMap<string, number | null>;
  readonly unlisted: readonly string[];
}

/** What Secrets Manager says of the age of each value now; a Region that does not answer stops no other. */
async function listSecrets({ settings, place, catalogue, log }: ReportDependencies): Promise<Listed> {
  const secrets: SecretDescription[] = [];
  const unlisted: string[] = [];
  for (const region of new Set([place.region, ...settings.regions])) {
    try {
      for await (const page of catalogue.pages({ account: place.account, region })) {
        secrets.push(...page.filter(({ deleted }) => deleted === null));
      }
    } catch (error) {
      log.warn('Secrets could not be listed', { region, code: codeOf(error), reason: messageOf(error) });
      unlisted.push(region);
    }
  }
  const values = new Map(
    secrets.map((secret) => {
      const newest = Math.max(secret.created ?? 0, secret.rotation.last ?? 0);
      return [secretKey(secret), newest > 0 ? newest : null] as const;
    }),
  );
  return { secrets, values, unlisted };
}
