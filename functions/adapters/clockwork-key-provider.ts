import { XMLBuilder } from 'fast-xml-parser';
import { SettingsError } from '../core/errors.ts';
import { isProven, type KeyProbe } from '../core/model/key-probe.ts';
import { issuerUrl } from '../core/model/key-provider-settings.ts';
import type { KeyProvider } from '../core/ports.ts';
import {
  accountAnswer,
  balanceAnswer,
  clockworkKeyProblem,
  mintAnswer,
} from '../core/rotation/clockwork-answers.ts';
import { askIssuer, type IssuerOptions, probeWithRetries } from './issuer-request.ts';

export interface ClockworkOptions extends IssuerOptions {
  /** settings.clockwork.url: https, or a stand-in on the same machine. */
  readonly url: string;
}

/**
 * Clockwork's XML interface. A key is sent in the body of a POST, never in an address. A probe reads the balance, which
 * costs nothing, within 11 seconds, and then the account's id, within 5 more.
 *
 * @throws SettingsError where a key may not be sent to `url`
 */
export function createClockworkKeyProvider({ url, ...options }: ClockworkOptions): KeyProvider {
  const checked = issuerUrl.safeParse(url);
  if (!checked.success) {
    throw new SettingsError([`clockwork.url: ${checked.error.issues[0]?.message}`]);
  }
  const base = checked.data.replace(/\/+$/, '');
  const ask = (operation: string, document: object) =>
    askIssuer(
      {
        url: `${base}/xml/${operation}`,
        method: 'POST',
        headers: { 'Content-Type': 'text/xml; charset=utf-8' },
        body: xml.build({ '?xml': { '@_version': '1.0', '@_encoding': 'utf-8' }, ...document }),
      },
      options,
    );

  const balance = async (key: string): Promise<KeyProbe> => {
    const answer = await ask('balance', { Balance: { Key: key } });
    return 'failure' in answer ? { standing: 'retry', reason: answer.failure } : balanceAnswer(answer);
  };

  const accountOf = async (key: string): Promise<string | undefined> => {
    const answer = await ask('authenticate', { Authenticate: { Key: key } });
    return 'failure' in answer ? undefined : accountAnswer(answer);
  };

  return {
    title: 'Clockwork',
    dashboard: 'the Clockwork dashboard (API section)',
    shapeProblem: clockworkKeyProblem,

    async probe(key) {
      const problem = clockworkKeyProblem(key);
      // It may be another secret, pasted by mistake: that is nobody's to send.
      if (problem !== undefined) return { standing: 'unknown', reason: `not asked: ${problem}` };
      const probe = await probeWithRetries(() => balance(key), options);
      const account = isProven(probe) ? await accountOf(key) : undefined;
      return account === undefined ? probe : { ...probe, account };
    },

    async mint({ username, password }, name) {
      const answer = await ask('get_key', { GetKey: { Username: username, Password: password, Name: name } });
      return 'failure' in answer ? { retry: answer.failure } : mintAnswer(answer);
    },
  };
}

const xml = new XMLBuilder({ ignoreAttributes: false });
