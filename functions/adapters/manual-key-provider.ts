import type { KeyProbe } from '../core/model/key-probe.ts';
import type { KeyProviderSettings } from '../core/model/key-provider-settings.ts';
import type { KeyProvider } from '../core/ports.ts';
import { describedKeyProblem, describedProbe, describedRequest } from '../core/rotation/described-issuer.ts';
import { askIssuer, type IssuerOptions, probeWithRetries } from './issuer-request.ts';

/**
 * An issuer whose keys are made by hand, as the settings describe it.
 *
 * @param name of the entry in `keyProviders`
 */
export function createManualKeyProvider(
  name: string,
  settings: KeyProviderSettings,
  options: IssuerOptions = {},
): KeyProvider {
  const title = settings.title ?? name;
  const ask = async (key: string): Promise<KeyProbe> => {
    const answer = await askIssuer(describedRequest(key, settings), options);
    return 'failure' in answer
      ? { standing: 'retry', reason: answer.failure }
      : describedProbe(answer, settings);
  };
  return {
    title,
    dashboard: settings.dashboard ?? `the dashboard of ${title}`,
    shapeProblem: (key) => describedKeyProblem(key, settings),
    async probe(key) {
      const problem = describedKeyProblem(key, settings);
      if (problem !== undefined) return { standing: 'unknown', reason: `not asked: ${problem}` };
      return probeWithRetries(() => ask(key), options);
    },
  };
}
