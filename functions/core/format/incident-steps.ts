import type { IncidentAnnouncement } from '../model/announcement.ts';
import type { Finding } from '../model/finding.ts';
import { plural, shortPrincipal } from '../phrases.ts';
import { mainFinding } from './incident-parts.ts';
import { plainText, shortText, truncate } from './plain-text.ts';
import { shellWord } from './shell-word.ts';

/** A command that a person may run, and what is to be known of it. */
export interface StepCommand {
  readonly line?: string;
  readonly note?: string;
}

/** One thing to do: a sentence, or commands, or both. */
export interface Step {
  readonly text: string;
  readonly commands: readonly StepCommand[];
}

/** A command that is cut is none. */
const lineLimit = 1200;

/** No secret of AWS has a longer name, but a refused call may have asked for one. */
const longestName = 512;
const secretWord = (name: string): string => (name.length > longestName ? 'SECRET' : shellWord(name));

/** What to do now, in order. Commands are printed; nothing runs them. */
export function stepsOf(announcement: IncidentAnnouncement): Step[] {
  const main = mainFinding(announcement);
  if (!main) return [];
  const subject = main.secret && secretWord(main.secret.name);
  const steps: Step[] = [];
  for (const line of main.advice.split('\n')) {
    // The name of a check's own secret, where its advice is the same for all.
    const named = subject ? line.replaceAll(/\bSECRET\b/g, () => subject) : line;
    const step =
      plainText(named).length > lineLimit
        ? { text: shortText(line, 300), commands: [] }
        : stepOf(plainText(named));
    const before = steps.at(-1);
    if (before && step.text === '' && before.text.endsWith(':') && before.commands.length === 0) {
      steps[steps.length - 1] = { ...step, text: before.text };
    } else steps.push({ ...step, commands: [...step.commands, ...commandsFor(step, main)] });
  }
  return [...steps, ...radiusSteps(announcement)];
}

/** `Read the policy: aws …`, `secrets-audit rotation prove x   or wait`. What is in quotes begins no command. */
const commandIn = /^(?:([^'"]*?:) )?((?:aws|secrets-audit) .+?)(?: {3,}(.*))?$/;

function stepOf(text: string): Step {
  const [, sentence = '', line, note] = commandIn.exec(text) ?? [];
  return line === undefined || line.includes(', then ')
    ? { text, commands: [] }
    : { text: sentence, commands: [{ line, ...(note && { note }) }] };
}

/** Detectors say what is to be done in words; these are the commands for it. */
function commandsFor({ text, commands }: Step, { actor, secret }: Finding): StepCommand[] {
  if (commands.length > 0 || !actor) return [];
  return [
    ...(/\brevoke\b/i.test(text) ? revocation(actor) : []),
    ...(/\brotate\b/i.test(text) && secret
      ? [
          {
            line: `secrets-audit rotation stage ${secretWord(secret.name)}`,
            note: 'Where the suite does not rotate it, make the new value at its issuer.',
          },
        ]
      : []),
  ];
}

/** For a role what the console does under "Revoke active sessions". */
function revocation({ principal, kind, account }: NonNullable<Finding['actor']>): StepCommand[] {
  const name = shellWord(truncate(principal.split('/').at(-1) ?? principal, 128));
  switch (kind) {
    case 'role':
      return [
        {
          line: `aws iam put-role-policy --role-name ${name} --policy-name AWSRevokeOlderSessions --policy-document '{"Version":"2012-10-17",
"Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":
{"DateLessThan":{"aws:TokenIssueTime":"'"$(date -u +%FT%TZ)"'"}}}]}'`,
          note: `In account ${shortText(account, 40)}. Whatever uses the role is refused until it has new credentials.`,
        },
      ];
    case 'user':
      return [
        { line: `aws iam list-access-keys --user-name ${name}` },
        {
          line: `aws iam update-access-key --user-name ${name} --access-key-id KEY_ID --status Inactive`,
          note: `In account ${shortText(account, 40)}, for each key of the list.`,
        },
      ];
    case 'person':
      return [
        {
          note: `Sessions of ${shortText(shortPrincipal(principal), 128)} end in IAM Identity Center: Users, Active sessions.`,
        },
      ];
    default:
      return [];
  }
}

function radiusSteps({ record: { incident } }: IncidentAnnouncement): Step[] {
  const [name] = incident.secrets;
  const since = incident.stages.find(({ stage, at }) => stage === 'access' && at !== null)?.at;
  if (name === undefined || !since || incident.actors.length === 0) return [];
  const others = incident.secrets.length - 1;
  return [
    {
      text: 'See who else read it, and who stops working when it is revoked; LOGS is a folder of CloudTrail files:',
      commands: [
        {
          line: `secrets-audit blast-radius ${secretWord(name)} LOGS --since ${since.slice(0, 16)}Z`,
          ...(others > 0 && { note: `The same for ${plural(others, 'other secret')}.` }),
        },
      ],
    },
  ];
}
