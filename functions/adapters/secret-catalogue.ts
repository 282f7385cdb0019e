import { GetResourcePolicyCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretCatalogue } from '../core/ports.ts';
import { describedSecret } from './secret-description.ts';
import { regionalSecretsManager, secretPages } from './secret-pages.ts';

/** The secrets of the account that the credentials belong to. A Region's client is kept, for the policies of its secrets. */
export function createSecretCatalogue(clientFor = regionalSecretsManager): SecretCatalogue {
  const clients = new Map<string, SecretsManagerClient>();
  const clientOf = (region: string): SecretsManagerClient => {
    const client = clients.get(region) ?? clientFor(region);
    clients.set(region, client);
    return client;
  };
  return {
    async *pages({ region }) {
      for await (const page of secretPages(clientOf(region))) yield page.map(describedSecret);
    },
    async policy({ arn, region }) {
      const { ResourcePolicy } = await clientOf(region).send(new GetResourcePolicyCommand({ SecretId: arn }));
      return ResourcePolicy ?? null;
    },
  };
}
