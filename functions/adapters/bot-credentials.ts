import { DeliveryRefusedError } from '../core/errors.ts';
import { createKeptSecret, fieldsIn, type KeptSecret, type KeptSecretOptions } from './kept-secret.ts';
import { isLoopback } from './loopback.ts';

/** What a Slack app's secret holds. */
export interface BotCredentials {
  readonly token: string;
  /** With which Slack signs what buttons send; `undefined` where there are none. */
  readonly signingSecret: string | undefined;
  /** Where the Web API is, with a slash at its end. */
  readonly api: string;
}

const slackApi = 'https://slack.com/api/';

/** @param options.secretId its value is JSON `{"token": "xoxb-…", "signingSecret": "…"}` */
export const createBotCredentials = (
  options: Omit<KeptSecretOptions<BotCredentials>, 'what' | 'parse'>,
): KeptSecret<BotCredentials> =>
  createKeptSecret({
    ...options,
    what: 'secret of the Slack app',
    parse: (text) => credentialsIn(text, options.secretId),
  });

function credentialsIn(text: string, secretId: string): BotCredentials {
  const { token, signingSecret, api = slackApi } = fieldsIn(text);
  const isUsable =
    // What cannot stand in a header cannot be a token.
    typeof token === 'string' && /^[\x21-\x7e]+$/.test(token) && typeof api === 'string' && isSlackApi(api);
  if (
    isUsable &&
    (signingSecret === undefined || (typeof signingSecret === 'string' && signingSecret !== ''))
  ) {
    return { token, signingSecret, api };
  }
  throw new DeliveryRefusedError(
    `The secret ${secretId} must hold {"token": "xoxb-…", "signingSecret": "…"} of a Slack app; it holds something else`,
  );
}

/** Slack, its service for governments, or a stand-in on the same machine. */
function isSlackApi(text: string): boolean {
  const url = URL.parse(text);
  return text === slackApi || text === 'https://slack-gov.com/api/' || (url !== null && isLoopback(url));
}
