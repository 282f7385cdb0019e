import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import check from '../../../functions/core/checks/secret-posture.ts';
import { judgeState } from '../../../functions/core/engine/judge-state.ts';
import { createMemoryFindingStore } from '../../../functions/core/engine/memory-stores.ts';
import { formatEmail } from '../../../functions/core/format/email.ts';
import type { Rotation } from '../../../functions/core/model/contract-settings.ts';
import type { PostureState } from '../../../functions/core/posture/posture-state.ts';
import { incidentAnnouncement } from '../../support/announcements.ts';
import { hostile } from '../../support/findings.ts';
import { contractsOf, settingsOf } from '../contracts/settings-of.ts';
import { day, now, openToEverybody, stateOf } from './secrets.ts';

const standingOf = (state: PostureState) => {
  const standing = check.judge(state, {}, now);
  if (standing === undefined || standing === 'unknown') throw new Error(`no standing: ${standing}`);
  return standing;
};

const announcing = 'mode: announce\n';

const neglected = stateOf(
  {
    rotation: { enabled: false, last: null, next: null, schedule: null, afterDays: null, functionArn: null },
    created: Date.parse('2026-07-25T09:00:00Z'),
    lastAccessed: null,
    kmsKeyId: null,
  },
  { posture: { customerKey: true, tags: ['owner', 'env'] } },
);

async function findingsOf(...states: readonly PostureState[]) {
  const findings = createMemoryFindingStore();
  for (const [index, state] of states.entries()) {
    await judgeState('posture', state.secret, state, {
      settings: settingsOf(announcing),
      contracts: contractsOf(announcing),
      findings,
      now: now + index * day,
    });
  }
  return findings.all();
}

async function emailOf(state: PostureState) {
  const [stored] = await findingsOf(state);
  if (!stored) throw new Error('no finding');
  return formatEmail(incidentAnnouncement([stored.finding]));
}

describe('a secret', () => {
  it('that meets all is silent', () => {
    expect(check.judge(stateOf(), {}, now)).toBeUndefined();
  });

  it('that meets what can be known keeps what was said before', () => {
    expect(check.judge(stateOf({}, { policy: 'unknown' }), {}, now)).toBe('unknown');
  });

  it('that falls short of one is named with it', () => {
    expect(standingOf(stateOf({ rotation: { enabled: false } }))).toMatchObject({
      title: 'app/sms: rotation is off',
      explanation:
        '1 of the 4 controls that apply to it is not met. The limits are those of posture in audit.yaml, and 90 days where it names none.',
      severity: 'low',
      stage: 'rotation-on',
      since: now,
    });
  });

  it('begins when the first of its shortcomings did', () => {
    expect(
      standingOf(stateOf({ rotation: { last: now - 100 * day }, lastAccessed: now - 95 * day })).since,
    ).toBe(now - 69 * day);
  });

  it('whose policy is public says so first, loudly, and from now on', () => {
    const state = stateOf(
      { rotation: { last: now - 100 * day } },
      { policy: openToEverybody, rotation: undefined },
    );
    expect(standingOf(state)).toMatchObject({
      title: 'app/sms: its resource policy lets everybody in, and 2 more controls are not met',
      severity: 'high',
      announce: 'always',
      stage: 'policy-not-public,rotated-within,rotation-on-schedule',
      since: now,
    });
    expect(standingOf(stateOf({}, { policy: openToEverybody })).title).toBe(
      'app/sms: its resource policy lets everybody in',
    );
  });

  it('says what is not known, and who judges the age', () => {
    const rotation: Rotation = { provider: 'clockwork', mode: 'staged', field: 'api_key' };
    const standing = standingOf(stateOf({ rotation: { enabled: false } }, { policy: 'unknown', rotation }));
    expect(standing.explanation).toContain('Its age is judged by rotation-due.');
    expect(standing.facts).toContain('Not known: its resource policy could not be read');
    expect(standing.stage).toBe('rotation-on');
  });

  it('has commands that fit what it is', () => {
    const adviceOf = (state: PostureState) => standingOf(state).advice?.join('\n');
    expect(adviceOf(stateOf({ rotation: { enabled: false } }))).toContain(
      ':function:rotate-sms --rotation-rules \'{"ScheduleExpression":"rate(90 days)"}\' --no-rotate-immediately',
    );
    expect(adviceOf(stateOf({ rotation: { enabled: false } }, { posture: { every: '8h' } }))).toContain(
      'rate(1 day)',
    );
    expect(adviceOf(stateOf({ rotation: { next: now - 2 * day } }))).toBe(
      [
        'Read why it was not rotated: aws logs tail /aws/lambda/rotate-sms --since 7d --region eu-west-1',
        'Then rotate it: aws secretsmanager rotate-secret --secret-id app/sms --region eu-west-1',
      ].join('\n'),
    );
    expect(adviceOf(stateOf({ rotation: { next: now - 2 * day, functionArn: null } }))).toBe(
      'Then rotate it: aws secretsmanager rotate-secret --secret-id app/sms --region eu-west-1',
    );
    expect(adviceOf(stateOf({ lastAccessed: 0, owningService: 'rds' }))).toBe(
      'If its owner needs it no more, remove it in rds, which manages it.',
    );
    expect(adviceOf(stateOf({ rotation: { last: now - 91 * day, schedule: null } }))).toContain(
      'Rotate it now: aws secretsmanager rotate-secret',
    );
  });

  it('shows facts of at most 78 columns, with each id in one piece', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, unit: 'grapheme-ascii' }), { minLength: 1, maxLength: 9 }),
        (tags) => {
          const { facts = [] } = standingOf({ ...neglected, posture: { tags, customerKey: true } });
          for (const line of facts) expect(line.length).toBeLessThanOrEqual(78);
          for (const id of [
            'Security Hub SecretsManager.4',
            'Config secretsmanager-secret-periodic-rotation',
          ]) {
            expect(facts.filter((line) => line.includes(id))).toHaveLength(1);
          }
        },
      ),
    );
  });
});

describe('its finding', () => {
  it('is stored and not sent, unless its policy is public', async () => {
    const [low] = await findingsOf(neglected);
    expect(low).toMatchObject({ announce: false, finding: { severity: 'low', status: 'open' } });
    const [high] = await findingsOf({ ...neglected, policy: openToEverybody });
    expect(high).toMatchObject({ announce: true, finding: { severity: 'high' } });
  });

  it('stays as it is day after day, and is resolved when nothing is wrong any more', async () => {
    const [same] = await findingsOf(neglected, neglected, neglected);
    expect(same?.finding.revision).toBe(1);
    const [resolved] = await findingsOf(neglected, stateOf({ rotation: { next: now + 40 * day } }));
    expect(resolved?.finding).toMatchObject({ status: 'resolved', revision: 2 });
  });

  it('is resolved when the secret waits for its deletion', async () => {
    const deleted = { ...neglected, secret: { ...neglected.secret, deleted: now } };
    const [resolved] = await findingsOf(neglected, deleted);
    expect(resolved?.finding.status).toBe('resolved');
  });

  it('reads well as an email', async () => {
    expect((await emailOf({ ...neglected, policy: 'unknown' })).text).toMatchInlineSnapshot(`
"WHERE IT STANDS  (INC-CEE784, 111122223333, eu-west-1)
app/sms: rotation is off, and 4 more controls are not met.
Rotation is off [Security Hub SecretsManager.1,
  Config secretsmanager-rotation-enabled-check]
Made 25 Jul 2026 and never rotated; the limit is 90 days
  [Security Hub SecretsManager.4,
  Config secretsmanager-secret-periodic-rotation]
Never read since it was made 25 Jul 2026; the limit is 90 days
  [Security Hub SecretsManager.3, Config secretsmanager-secret-unused]
Encrypted with aws/secretsmanager, not with a customer key
  [Config secretsmanager-using-cmk]
Lacks 1 of 2 required tags: env [Security Hub SecretsManager.5,
  Config tagged-secretsmanager-secret]

WHY WE SAY THIS
5 of the 6 controls that apply to it are not met. The limits are those of
posture in audit.yaml, and 90 days where it names none.

NOT KNOWN
- Its resource policy could not be read.

DO NOW
1. Turn rotation on:
     aws secretsmanager rotate-secret --secret-id app/sms \\
       --region eu-west-1 --rotation-lambda-arn FUNCTION_ARN \\
       --rotation-rules '{"ScheduleExpression":"rate(90 days)"}' \\
       --no-rotate-immediately
2. Rotate it once rotation is on; a value that is put by hand counts for
   nothing here. Where it is replaced by hand, say in audit.yaml how old it
   may be: posture.every.
3. If its owner needs it no more:
     aws secretsmanager delete-secret --secret-id app/sms \\
       --region eu-west-1 --recovery-window-in-days 30
4. Give it a key of your own:
     aws secretsmanager update-secret --secret-id app/sms \\
       --region eu-west-1 --kms-key-id KEY_ARN
5. Tag it:
     aws secretsmanager tag-resource --secret-id app/sms \\
       --region eu-west-1 --tags Key=env,Value=VALUE

OWNER
not known; say it in audit.yaml

EXPECTED?
secrets-audit incidents ack INC-CEE784 --reason "..."
Then it is quiet, unless it becomes graver.

Rule      secret-posture
          secrets-audit explain secret-posture
Incident  inc-cee7848034c83926, message 1
https://eu-west-1.console.aws.amazon.com/secretsmanager/secret?name=app%2Fsms&region=eu-west-1
"
`);
  });

  it('reads well as an email where the policy is public', async () => {
    expect(
      await emailOf(stateOf({ rotation: { next: now - 3 * day } }, { policy: openToEverybody })),
    ).toMatchInlineSnapshot(`
{
  "subject": "[HIGH] app/sms: its resource policy lets everybody in, and 1 more control is not met",
  "text": "WHERE IT STANDS  (INC-CEE784, 111122223333, eu-west-1)
app/sms: its resource policy lets everybody in, and 1 more control is not met.
Its resource policy allows every AWS principal, and no condition narrows it
Was to be rotated by 21 Nov 2026 and was not [Security Hub SecretsManager.2,
  Config secretsmanager-scheduled-rotation-success-check]

WHY WE SAY THIS
2 of the 5 controls that apply to it are not met. The limits are those of
posture in audit.yaml, and 90 days where it names none.

NOT KNOWN
- What other policies and its key still refuse, and who used it.

DO NOW
1. Read the policy:
     aws secretsmanager get-resource-policy --secret-id app/sms \\
       --region eu-west-1
2. If nobody wants it:
     aws secretsmanager delete-resource-policy --secret-id app/sms \\
       --region eu-west-1
3. Otherwise name who may:
     aws secretsmanager put-resource-policy --secret-id app/sms \\
       --region eu-west-1 --block-public-policy \\
       --resource-policy file://policy.json
4. Then rotate it: whoever read it meanwhile keeps the value.
5. Read why it was not rotated:
     aws logs tail /aws/lambda/rotate-sms --since 7d --region eu-west-1
6. Then rotate it:
     aws secretsmanager rotate-secret --secret-id app/sms \\
       --region eu-west-1

OWNER
not known; say it in audit.yaml

EXPECTED?
secrets-audit incidents ack INC-CEE784 --reason "..."
Then it is quiet, unless it becomes graver.

Rule      secret-posture
          secrets-audit explain secret-posture
Incident  inc-cee7848034c83926, message 1
https://eu-west-1.console.aws.amazon.com/secretsmanager/secret?name=app%2Fsms&region=eu-west-1
",
}
`);
  });

  it('holds hostile names at bay in its commands', async () => {
    const tag = `x'; reboot; ${hostile.slice(0, 90)}`;
    const { text } = await emailOf(stateOf({}, { posture: { tags: [tag] } }));
    expect(['\u001b', '\u202e'].filter((hidden) => text.includes(hidden))).toEqual([]);
    expect(text.replace(/( \\)?\s+/g, ' ')).toContain("--tags 'Key=x'\\''; reboot; <!channel>");
  });
});
