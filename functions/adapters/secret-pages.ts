import {
  paginateListSecrets,
  type SecretListEntry,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** ListSecrets' largest. */
const secretsPerPage = 100;

/** All secrets of the client's Region, page by page, and those that wait for their deletion too. */
export async function* secretPages(client: SecretsManagerClient): AsyncGenerator<SecretListEntry[]> {
  const pages = paginateListSecrets(
    { client, pageSize: secretsPerPage },
    // What becomes of a secret on its way out is judged by its tags too.
    { IncludePlannedDeletion: true },
  );
  for await (const { SecretList = [] } of pages) yield SecretList;
}

/** A Region that does not answer must not hold up its sweep. */
export const regionalSecretsManager = (region: string): SecretsManagerClient =>
  new SecretsManagerClient({
    region,
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 },
  });
