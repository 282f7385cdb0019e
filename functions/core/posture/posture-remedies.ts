import { shellWord } from '../format/shell-word.ts';
import { plural } from '../phrases.ts';
import { ageLimitMs, missingTags, type PostureControlId } from './posture-controls.ts';
import type { PostureState } from './posture-state.ts';

const dayMs = 86_400_000;

/** What a person may run where a control is not met, with the names filled in. Printed, never run. */
export const postureRemedies: Readonly<Record<PostureControlId, (state: PostureState) => readonly string[]>> =
  {
    'policy-not-public': ({ secret }) => [
      `Read the policy: ${awsCommand('get-resource-policy', secret)}`,
      `If nobody wants it: ${awsCommand('delete-resource-policy', secret)}`,
      `Otherwise name who may: ${awsCommand('put-resource-policy', secret)} --block-public-policy --resource-policy file://policy.json`,
      'Then rotate it: whoever read it meanwhile keeps the value.',
    ],
    'rotation-on': (state) => [
      `Turn rotation on: ${awsCommand('rotate-secret', state.secret)} --rotation-lambda-arn ${shellWord(
        state.secret.rotation.functionArn ?? 'FUNCTION_ARN',
      )} --rotation-rules '{"ScheduleExpression":"rate(${rateOf(state)})"}' --no-rotate-immediately`,
    ],
    'rotated-within': ({ secret }) => [
      secret.rotation.enabled
        ? `Rotate it now: ${awsCommand('rotate-secret', secret)}`
        : 'Rotate it once rotation is on; a value that is put by hand counts for nothing here. Where it is replaced by hand, say in audit.yaml how old it may be: posture.every.',
    ],
    'rotation-on-schedule': ({ secret }) => [
      ...(secret.rotation.functionArn
        ? [
            `Read why it was not rotated: aws logs tail ${shellWord(`/aws/lambda/${functionName(secret.rotation.functionArn)}`)} --since 7d --region ${shellWord(secret.region)}`,
          ]
        : []),
      `Then rotate it: ${awsCommand('rotate-secret', secret)}`,
    ],
    'used-within': ({ secret }) => [
      secret.owningService === null
        ? `If its owner needs it no more: ${awsCommand('delete-secret', secret)} --recovery-window-in-days 30`
        : `If its owner needs it no more, remove it in ${secret.owningService}, which manages it.`,
    ],
    'customer-key': ({ secret }) => [
      `Give it a key of your own: ${awsCommand('update-secret', secret)} --kms-key-id KEY_ARN`,
    ],
    tags: (state) => [
      `Tag it: ${awsCommand('tag-resource', state.secret)} --tags ${missingTags(state)
        .map((key) => shellWord(`Key=${key},Value=VALUE`))
        .join(' ')}`,
    ],
  };

const awsCommand = (command: string, { name, region }: PostureState['secret']): string =>
  `aws secretsmanager ${command} --secret-id ${shellWord(name)} --region ${shellWord(region)}`;

/** The limit of the age, in the days that a schedule takes; below a day: daily. */
const rateOf = (state: PostureState): string =>
  plural(Math.max(1, Math.floor(ageLimitMs(state) / dayMs)), 'day');

const functionName = (arn: string): string => arn.split(':')[6] ?? arn;
