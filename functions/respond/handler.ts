import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import type { BotCredentials } from '../adapters/bot-credentials.ts';
import type { KeptSecret } from '../adapters/kept-secret.ts';
import { isSignedBySlack, type SignedRequest } from '../adapters/slack-signature.ts';
import { DeliveryDelayedError, DeliveryRefusedError } from '../core/errors.ts';
import { snoozeDialog, snoozeEnds, snoozeFields } from '../core/format/snooze-dialog.ts';
import { type Handling, handle } from '../core/incidents/handling.ts';
import { incidentName } from '../core/incidents/incident-name.ts';
import type { ChatDialogs, Clock, IncidentStore, SeenRequests } from '../core/ports.ts';
import { codeOf, messageOf } from '../middleware/error-reporting.ts';
import type { Log } from '../middleware/logger.ts';
import type { Measure } from '../middleware/metrics.ts';
import { type Interaction, incidentOf, interactionIn, type Press, type Submission } from './interaction.ts';

export interface RespondDependencies {
  readonly credentials: KeptSecret<BotCredentials>;
  /** Slack ids of those who may press buttons. */
  readonly users: readonly string[];
  readonly seen: SeenRequests;
  readonly incidents: Pick<IncidentStore, 'update'>;
  readonly dialogs: ChatDialogs;
  readonly clock: Clock;
  readonly log: Log;
  readonly measure: Measure;
}

/** A payload holds the message under which the button is: at most 50 blocks of 3,000 characters. */
const largestBody = 256 * 1024;
const done: LambdaFunctionURLResult = { statusCode: 200, body: '' };
const notInUsers = 'You are not among those who may press these buttons (notify.slack.users in audit.yaml).';

/** Takes what people do with the buttons under messages; whoever else calls is refused, and changes nothing. */
export const createHandler = (dependencies: RespondDependencies) => {
  const { users, seen, dialogs, log, measure } = dependencies;

  const refuse = (statusCode: number, because: string): LambdaFunctionURLResult => {
    log.warn('A request is refused', { because });
    measure('RefusedRequests', 1);
    return { statusCode, body: '' };
  };

  return async (event: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> => {
    if (event.requestContext.http.method !== 'POST') return refuse(405, 'not POST');
    const body = bodyOf(event);
    if (body === undefined) return refuse(413, 'too large');
    const request = { headers: event.headers, body };
    if (!(await isFromSlack(request, dependencies))) return refuse(401, 'signature or time is not right');
    if (!(await seen.isFirst(request.headers['x-slack-signature'] ?? ''))) return refuse(401, 'seen before');
    const interaction = interactionIn(body);
    if (!interaction) return refuse(400, 'nothing that our messages cause');
    if (interaction.team.id !== (await dialogs.team())) return refuse(403, 'another team');
    if (!users.includes(interaction.user.id)) {
      measure('RefusedRequests', 1);
      log.warn('A request is refused', { because: 'unknown user', user: interaction.user.id });
      return tell(interaction, notInUsers, dependencies);
    }
    return interaction.type === 'block_actions'
      ? press(interaction, dependencies)
      : submit(interaction, dependencies);
  };
};

function bodyOf({ body = '', isBase64Encoded }: LambdaFunctionURLEvent): string | undefined {
  if (body.length > (isBase64Encoded ? (largestBody * 4) / 3 : largestBody)) return undefined;
  return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
}

async function isFromSlack(
  request: SignedRequest,
  { credentials, clock }: RespondDependencies,
): Promise<boolean> {
  const now = clock.now();
  const isRight = ({ signingSecret }: BotCredentials) =>
    signingSecret !== undefined && isSignedBySlack(request, signingSecret, now);
  // The secret may have been replaced since.
  return isRight(await credentials.current()) || isRight(await credentials.renewed());
}

async function press(
  interaction: Press,
  dependencies: RespondDependencies,
): Promise<LambdaFunctionURLResult> {
  const [{ action_id: word }] = interaction.actions;
  const incident = incidentOf(interaction);
  if (word === 'snooze') {
    try {
      await dependencies.dialogs.open(interaction.trigger_id, snoozeDialog(incident));
      return done;
    } catch (error) {
      if (!isOfSlack(error)) throw error;
      dependencies.log.warn('A dialog could not be opened', {
        code: codeOf(error),
        reason: messageOf(error),
      });
      const command = `secrets-audit incidents snooze ${incidentName(incident)} --until 8h --reason "…"`;
      return tell(interaction, `Slack did not open the dialog. Press again, or: ${command}`, dependencies);
    }
  }
  const refusal = await say(incident, { word, by: interaction.user.id }, dependencies);
  return refusal === undefined ? done : tell(interaction, refusal, dependencies);
}

async function submit(
  { user, view, ...interaction }: Submission,
  dependencies: RespondDependencies,
): Promise<LambdaFunctionURLResult> {
  const { values } = view.state;
  const { value: reason } = values[snoozeFields.reason][snoozeFields.reason];
  const end = snoozeEnds[values[snoozeFields.end][snoozeFields.end].selected_option.value];
  const until = dependencies.clock.now() + end.milliseconds;
  const handling = { word: 'snooze', by: user.id, reason: reason ?? '', until } as const;
  const refusal = await say(view.private_metadata, handling, dependencies);
  return refusal === undefined ? done : tell({ user, view, ...interaction }, refusal, dependencies);
}

/** @returns why nothing was changed, where nothing was */
async function say(
  incident: string,
  handling: Handling,
  { incidents, clock, log }: RespondDependencies,
): Promise<string | undefined> {
  let refusal: string | undefined;
  const written = await incidents.update(incident, (stored) => {
    const handled = handle(stored, handling, clock.now());
    refusal = 'refused' in handled ? handled.because : undefined;
    return 'refused' in handled ? undefined : handled.stored;
  });
  log.info('A person spoke', {
    incident,
    word: handling.word,
    by: handling.by,
    isKept: written !== undefined,
  });
  return written ? undefined : (refusal ?? `${incidentName(incident)} is no longer kept.`);
}

/** Shows a line to the person alone: in the dialog, or beside the message. */
async function tell(
  interaction: Interaction,
  text: string,
  { dialogs, log }: RespondDependencies,
): Promise<LambdaFunctionURLResult> {
  if (interaction.type === 'view_submission') {
    return {
      statusCode: 200,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ response_action: 'errors', errors: { [snoozeFields.reason]: text } }),
    };
  }
  try {
    await dialogs.whisper({ channel: interaction.channel.id, user: interaction.user.id }, text);
  } catch (error) {
    if (!isOfSlack(error)) throw error;
    log.warn('A person could not be answered', { code: codeOf(error), reason: messageOf(error) });
  }
  return done;
}

const isOfSlack = (error: unknown): boolean =>
  error instanceof DeliveryDelayedError || error instanceof DeliveryRefusedError;
