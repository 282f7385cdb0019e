import type { AccessEvent } from './model/access-event.ts';
import type { AssessedEvent } from './model/assessment.ts';

/** Nothing about the event is new to its identity, and enough is known of it to say so. */
export const isHabitual = ({ assessment: { history, firsts } }: AssessedEvent): boolean =>
  history === 'sufficient' && firsts.length === 0;

/** Agent families of tools that read and change much at once. */
export const infrastructureAsCode = new Set(['terraform', 'opentofu', 'pulumi']);

/** A tool that changes many things as its job, and how sure that is. */
export interface Automation {
  readonly name: string;
  /** AWS itself says so; a user agent can be forged. */
  readonly isCertain: boolean;
}

/** The infrastructure-as-code that made all of the calls, or nothing. */
export function automationOf(events: readonly AccessEvent[]): Automation | undefined {
  const names = new Set(events.map(({ agent }) => agent.family));
  const [name] = names;
  if (events.every(({ actor }) => actor.viaService === 'cloudformation.amazonaws.com')) {
    return { name: 'CloudFormation', isCertain: true };
  }
  return names.size === 1 && name !== undefined && infrastructureAsCode.has(name)
    ? { name, isCertain: false }
    : undefined;
}

/** Why a judgement is milder, as a sentence. */
export const automationReason = ({ name, isCertain }: Automation): string =>
  isCertain
    ? `Milder, because ${name} made the calls, as in a deployment.`
    : `Milder, because every call names itself ${name}, which changes and reads much as its job. Anybody can send that name: confirm that a run was planned.`;
