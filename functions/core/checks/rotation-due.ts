import * as z from 'zod';
import { defineCheck } from '../check.ts';
import { shellWord } from '../format/shell-word.ts';
import { dayOf, daysText, plural } from '../phrases.ts';
import { inTheWay } from '../rotation/proof.ts';
import { isSwitched } from '../rotation/rotation-record.ts';
import { dueAt } from '../rotation/rotation-state.ts';
import { userLines } from '../rotation/rotation-text.ts';

const dayMs = 86_400_000;

export default defineCheck({
  id: 'rotation-due',
  about: 'rotation',
  title: 'A rotation is due, or overdue',
  severity: 'medium',
  status: 'stable',
  stage: 'change',
  attack: [],
  rationale:
    'A key that is never replaced stays good for whoever has copied it. The issuer makes and revokes keys only by hand, so somebody must be asked in time.',
  falsePositives: ['A value that was replaced at the issuer and not in Secrets Manager.'],
  blindSpots: ['The age is that of the version in Secrets Manager; the key itself may be older.'],
  response: [
    'Make a new key at the issuer, then: secrets-audit rotation stage SECRET',
    'Start the rotation, or wait for its schedule: secrets-audit rotation start SECRET',
  ],
  tellsResolution: false,
  params: z.strictObject({}),
  judge(state, _, now) {
    const { secret, policy, issuer, next, record, current, consumers } = state;
    const due = dueAt(state);
    // After a switch it is the proof that matters; it has checks of its own.
    if (due === undefined || !current || isSwitched(record)) return undefined;
    const isNeeded = record?.status === 'open' && record.problem?.code === 'NO_STAGED_KEY';
    const asked = record?.status === 'open' ? record.asked : null;
    if (now < due - policy.warnMs && !isNeeded && !asked) return undefined;
    const name = shellWord(secret.name);
    const age = `The current value is ${daysText(now - current.created)} old. Policy: every ${daysText(policy.everyMs)}, so it ${now < due ? `is due ${dayOf(due)}` : `was due ${dayOf(due)}`}.`;
    const mustStage = policy.mode === 'staged' && !next;
    const needs = mustStage ? ' and needs a key' : '';
    const overdueMs = now - due;
    // Owners hear that it begins, also where they have heard for days that it should.
    const begins = asked !== null && !isNeeded && !mustStage;
    const stage = begins
      ? 'begins'
      : overdueMs > policy.graceMs
        ? 'overdue-high'
        : overdueMs >= dayMs
          ? 'overdue'
          : now >= due || isNeeded
            ? 'due'
            : 'soon';
    return {
      title: begins
        ? `Rotation of ${secret.name} begins, as ${asked.by} asked`
        : overdueMs >= dayMs
          ? `Rotation of ${secret.name} is ${daysText(overdueMs)} overdue${needs}`
          : now >= due || isNeeded
            ? `Rotation of ${secret.name} is due${needs}`
            : `Rotation of ${secret.name} is due ${dayOf(due)}${needs}`,
      explanation: `${age}${
        mustStage
          ? ` No key is staged under ${policy.nextStage}: ${issuer.title} makes keys by hand, so a person has to.`
          : ''
      }${isNeeded ? ` Rotation was tried ${plural(record?.problem?.count ?? 1, 'time')} without one.` : ''}`,
      severity: stage === 'overdue-high' ? 'high' : stage === 'soon' || stage === 'begins' ? 'low' : 'medium',
      stage: `${stage}${needs}`,
      // Owners hear of it before it begins, whatever else is sent.
      announce: 'always',
      since: Math.min(due - policy.warnMs, now),
      count: isNeeded ? (record?.problem?.count ?? 1) : 1,
      facts: ['Would stop working if the current key died now:', ...userLines(consumers)],
      advice: [
        ...(mustStage
          ? [
              `Make a key in ${issuer.dashboard}.`,
              `secrets-audit rotation stage ${name}   asks for it, and tests it`,
              `secrets-audit rotation start ${name}   (or wait for its schedule)`,
            ]
          : [`secrets-audit rotation start ${name}   (or wait for its schedule)`]),
        `secrets-audit rotation status ${name}   shows what follows`,
        ...(inTheWay(consumers).some(({ delivery }) => delivery === 'injected')
          ? ['Plan the restarts: injected consumers hold the old key until they start again.']
          : []),
      ],
    };
  },
});
