import {
  BatchImportFindingsCommand,
  type ImportFindingsError,
  SecurityHubClient,
  SecurityHubServiceException,
} from '@aws-sdk/client-securityhub';
import { DeliveryDelayedError, DeliveryRefusedError } from '../core/errors.ts';
import { formatAsff, type ImportPlace } from '../core/format/asff.ts';
import type { Finding } from '../core/model/finding.ts';
import type { Clock, FindingImporter } from '../core/ports.ts';

/** Findings in one call of BatchImportFindings. */
const batchSize = 100;

export interface SecurityHubOptions {
  readonly place: ImportPlace;
  readonly clock: Clock;
  readonly client?: SecurityHubClient;
}

/** Findings of all accounts are imported into one, as AWS asks of custom products; their resources say where the secret is. */
export function createSecurityHub({
  place,
  clock,
  client = new SecurityHubClient({ requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000 } }),
}: SecurityHubOptions): FindingImporter {
  return {
    async import(findings) {
      const failed: ImportFindingsError[] = [];
      for (let start = 0; start < findings.length; start += batchSize) {
        failed.push(...(await importBatch(findings.slice(start, start + batchSize))));
      }
      if (failed.length > 0) throw failure(failed, place);
    },
  };

  async function importBatch(findings: readonly Finding[]): Promise<readonly ImportFindingsError[]> {
    const now = clock.now();
    try {
      const { FailedFindings = [] } = await client.send(
        new BatchImportFindingsCommand({ Findings: findings.map((each) => formatAsff(each, place, now)) }),
      );
      return FailedFindings;
    } catch (error) {
      throw refusalOf(error, place);
    }
  }
}

const temporary = /Throttl|TooManyRequests|LimitExceeded|Internal/;

/** AWS's texts may quote the finding, so codes alone are repeated. */
function failure(failed: readonly ImportFindingsError[], place: ImportPlace): Error {
  const codes = failed.map(({ ErrorCode = '' }) => /^\w{1,60}$/.exec(ErrorCode)?.[0] ?? 'unknown');
  if (codes.every((code) => code.startsWith('InvalidAccess'))) return notEnabled(place);
  const named = failed.slice(0, 10).map(({ Id }, index) => `${Id}: ${codes[index]}`);
  const text = `${failed.length} of the findings (${named.join(', ')}${failed.length > named.length ? ', …' : ''})`;
  return codes.some((code) => temporary.test(code))
    ? new DeliveryDelayedError(`Security Hub cannot take ${text} now`)
    : new DeliveryRefusedError(`Security Hub refuses ${text}`);
}

function refusalOf(error: unknown, place: ImportPlace): unknown {
  if (!(error instanceof SecurityHubServiceException)) return error;
  const { name, $fault } = error;
  if (name === 'InvalidAccessException') return notEnabled(place);
  if (temporary.test(name) || $fault === 'server') {
    return new DeliveryDelayedError(`Security Hub cannot take findings now (${name})`);
  }
  return new DeliveryRefusedError(
    name === 'AccessDeniedException'
      ? 'The role may not import findings: it needs securityhub:BatchImportFindings on the product ARN (AccessDeniedException)'
      : `Security Hub refuses the findings (${name})`,
  );
}

const notEnabled = ({ account, region }: ImportPlace): DeliveryRefusedError =>
  new DeliveryRefusedError(
    `Security Hub is not enabled in account ${account}, Region ${region}. Enable it (aws securityhub enable-security-hub --no-enable-default-standards --region ${region}), or switch this export off.`,
  );
