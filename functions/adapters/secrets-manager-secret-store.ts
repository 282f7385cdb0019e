import {
  DescribeSecretCommand,
  type DescribeSecretResponse,
  GetSecretValueCommand,
  type GetSecretValueResponse,
  PutSecretValueCommand,
  paginateListSecretVersionIds,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { SecretConflictError, SecretNotFoundError } from '../core/errors.ts';
import type { SecretVersion } from '../core/model/secret-state.ts';
import type { SecretStore } from '../core/ports.ts';
import { describedSecret } from './secret-description.ts';

export interface SecretStoreOptions {
  readonly client?: SecretsManagerClient;
  /** Of the secrets; default: where this runs. */
  readonly region?: string;
}

/** ListSecretVersionIds' largest. */
const versionsPerPage = 100;

/** Secrets Manager through its SDK, whose retries wait where it throttles. */
export function createSecretStore({
  region,
  client = connect(region),
}: SecretStoreOptions = {}): SecretStore {
  const labels = async (secretId: string): Promise<DescribeSecretResponse> => {
    try {
      return await client.send(new DescribeSecretCommand({ SecretId: secretId }));
    } catch (error) {
      throw nameOf(error) === notFound ? noSecret(secretId) : error;
    }
  };

  const holderOf = async (secretId: string, stage: string): Promise<string | undefined> => {
    const { VersionIdsToStages: versions = {} } = await labels(secretId);
    return Object.keys(versions).find((id) => versions[id]?.includes(stage));
  };

  return {
    async describe(secretId) {
      return describedSecret(await labels(secretId));
    },

    async versions(secretId) {
      const pages = paginateListSecretVersionIds(
        { client, pageSize: versionsPerPage },
        { SecretId: secretId, IncludeDeprecated: true },
      );
      const versions: SecretVersion[] = [];
      try {
        for await (const { Versions = [] } of pages) {
          for (const { VersionId: id, VersionStages: stages = [], CreatedDate: created } of Versions) {
            if (id !== undefined) versions.push({ id, stages, created: created?.getTime() ?? 0 });
          }
        }
      } catch (error) {
        throw nameOf(error) === notFound ? noSecret(secretId) : error;
      }
      return versions;
    },

    async value(secretId, of) {
      let answer: GetSecretValueResponse;
      try {
        answer = await client.send(
          new GetSecretValueCommand({
            SecretId: secretId,
            ...('versionId' in of ? { VersionId: of.versionId } : { VersionStage: of.stage }),
          }),
        );
      } catch (error) {
        if (nameOf(error) !== notFound) throw withoutValue('GetSecretValue', secretId, error);
        // The same error is for a secret that is not there and for a version that has no value.
        await labels(secretId);
        return undefined;
      }
      const { VersionId: versionId = '', SecretString: text } = answer;
      return text === undefined ? { kind: 'binary', versionId } : { kind: 'text', text, versionId };
    },

    async put(secretId, { token, text, stages }) {
      try {
        await client.send(
          new PutSecretValueCommand({
            SecretId: secretId,
            ClientRequestToken: token,
            SecretString: text,
            VersionStages: [...stages],
          }),
        );
      } catch (error) {
        switch (nameOf(error)) {
          case notFound:
            throw noSecret(secretId);
          case 'ResourceExistsException':
            throw new SecretConflictError(`Version ${token} of ${secretId} has another value already`);
          default:
            throw withoutValue('PutSecretValue', secretId, error);
        }
      }
    },

    async moveStage(secretId, stage, { to, from }) {
      try {
        await client.send(
          new UpdateSecretVersionStageCommand({
            SecretId: secretId,
            VersionStage: stage,
            ...(to !== undefined && { MoveToVersionId: to }),
            ...(from !== undefined && { RemoveFromVersionId: from }),
          }),
        );
      } catch (error) {
        if (!refusesMove.has(nameOf(error))) throw error;
        // The error's name does not tell why; where the label is now does.
        const holder = await holderOf(secretId, stage);
        // A retry of a call whose answer was lost.
        if (holder === to) return;
        if (holder === from && nameOf(error) !== notFound) throw error;
        throw new SecretConflictError(
          `${stage} of ${secretId} cannot move from ${from ?? 'no version'} to ${to ?? 'none'}: ${
            holder === from ? 'that version is gone' : `${holder ?? 'no version'} has it`
          }`,
        );
      }
    },

    async rotate(secretId) {
      try {
        const { VersionId: id } = await client.send(
          new RotateSecretCommand({ SecretId: secretId, RotateImmediately: true }),
        );
        return id ?? '';
      } catch (error) {
        throw nameOf(error) === notFound ? noSecret(secretId) : error;
      }
    },
  };
}

const notFound = 'ResourceNotFoundException';

/** What UpdateSecretVersionStage says where labels are elsewhere or a version is gone ("Errors" in the API reference). */
const refusesMove: ReadonlySet<string> = new Set([
  notFound,
  'InvalidParameterException',
  'InvalidRequestException',
]);

const noSecret = (secretId: string): SecretNotFoundError =>
  new SecretNotFoundError(`There is no secret ${secretId}`);

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error');

/**
 * The SDK's errors of these calls may quote what was sent, and hold what was received in hidden fields: only the name is
 * kept, by which callers and alarms know them.
 */
function withoutValue(operation: string, secretId: string, error: unknown): Error {
  const name = nameOf(error);
  return Object.assign(new Error(`${operation} of ${secretId} failed (${name})`), { name });
}

/** A rotation's step has seconds: what hangs must fail while there is time to say so. */
const connect = (region: string | undefined): SecretsManagerClient =>
  new SecretsManagerClient({
    ...(region !== undefined && { region }),
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
  });
