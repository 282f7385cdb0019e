import { describe, expect, test } from '@jest/globals';
import { formatEmail } from '../../../functions/core/format/email.ts';

import { formatSlack } from '../../../functions/core/format/slack.ts';
import { closeUnproven } from '../../../functions/core/rotation/persons-word.ts';
import { incidentAnnouncement } from '../../support/announcements.ts';
import {
  consumerClause,
  dayMs,
  hourMs,
  minuteMs,
  rotatedSecret,
} from '../../support/rotation/rotated-secret.ts';
import { toldOf } from '../../support/rotation/told.ts';

/** Two ECS services that get the key at their start, and a function that reads it. */
function smsKey(mode: 'staged' | 'minted' = 'staged') {
  const rotated = rotatedSecret({
    mode,
    clauses: [
      consumerClause('sender', { ecs: 'prod/sms-sender', delivery: 'injected' }),
      consumerClause('reminders', { ecs: 'prod/billing-reminders', delivery: 'injected' }),
      consumerClause('receipts', { lambda: 'receipts', delivery: 'runtime' }),
    ],
  });
  const { clock, running, readers, secret, examine } = rotated;
  return {
    ...rotated,
    starts(consumer: string, count: number) {
      running.set(consumer, Array<number>(count).fill(clock.time));
    },
    async reads() {
      await readers.record([
        {
          secret: await secret.describe('sms/clockwork'),
          principal: 'arn:aws:iam::111122223333:role/receipts',
          kind: 'role',
          account: '111122223333',
          asked: 'AWSCURRENT',
          time: clock.time,
        },
      ]);
    },
    /** Everything runs with the first key, and 90 days go by. */
    async lives() {
      running.set('prod/sms-sender', Array<number>(12).fill(clock.time));
      running.set('prod/billing-reminders', Array<number>(2).fill(clock.time));
      await this.reads();
      await examine();
      clock.time += 90 * dayMs;
      await this.reads();
      await examine();
    },
  };
}

type SmsKey = ReturnType<typeof smsKey>;

const outsider = (key: string) => ({ kind: 'text', text: JSON.stringify({ api_key: key }) }) as const;

async function rotatedOnce(key: SmsKey) {
  await key.lives();
  await key.stage();
  await key.rotate();
}

async function senderMoved(key: SmsKey) {
  await rotatedOnce(key);
  key.clock.time += hourMs;
  key.starts('prod/sms-sender', 12);
  await key.reads();
}

async function allMoved(key: SmsKey) {
  await senderMoved(key);
  key.starts('prod/billing-reminders', 2);
}

/** Everything that is told of a rotation, each with what leads to it. */
const stories: Readonly<Record<string, (key: SmsKey) => Promise<void>>> = {
  'rotation-due soon': async (key) => {
    await key.lives();
    key.clock.time -= 10 * dayMs;
  },
  'rotation-due overdue': async (key) => {
    await key.lives();
    key.clock.time += 6 * dayMs;
    await expect(key.rotate()).rejects.toThrow('No key is staged');
  },
  'rotation-blocked dead key': async (key) => {
    await key.lives();
    await key.stage();
    const dead = key.secret.textOf(key.secret.labels.get('CLOCKWORK_NEXT')) ?? '{}';
    key.issuer.alive.delete(JSON.parse(dead).api_key);
    await expect(key.rotate()).rejects.toThrow('does not know the new key');
  },
  'rotation-blocked stuck': async (key) => {
    await key.lives();
    await key.stage();
    await key.secret.rotate();
    key.clock.time += 2 * hourMs;
  },
  'rotation-off': async (key) => {
    key.secret.rotationEnabled = false;
  },
  'value-outside-rotation': async (key) => {
    await key.lives();
    key.secret.putByHand(outsider(key.issuer.make()), 'AWSCURRENT');
  },
  'rotation-moving live': senderMoved,
  'rotation-moving late': async (key) => {
    await senderMoved(key);
    await key.examine();
    key.clock.time += 5 * dayMs;
  },
  'old-key-retire': allMoved,
  'old-key-alive': async (key) => {
    await allMoved(key);
    await key.examine();
    key.clock.time += 6 * dayMs;
  },
  'old-key-alive locked': async (key) => {
    await allMoved(key);
    await key.examine();
    key.clock.time += 6 * dayMs;
    key.issuer.mood = 'locked';
  },
  'old-key-dead-in-use': async (key) => {
    await senderMoved(key);
    key.issuer.alive.delete(key.firstKey);
  },
  'rotation-complete proven': async (key) => {
    await allMoved(key);
    await key.examine();
    key.clock.time += hourMs;
    key.issuer.alive.delete(key.firstKey);
  },
  'rotation-complete closed': async (key) => {
    await senderMoved(key);
    await key.examine();
    await key.records.update(undefined, (record) =>
      closeUnproven(record, { by: 'anika', reason: 'the issuer is gone', at: key.clock.time }),
    );
    key.clock.time += minuteMs;
  },
};

async function told(name: string, story: (key: SmsKey) => Promise<void>) {
  const key = smsKey();
  await story(key);
  const findings = await toldOf(await key.examine(), key.clock.time);
  const finding = findings.find(({ detector }) => detector === name.split(' ')[0]);
  if (!finding) throw new Error(`${name}: only ${findings.map(({ detector }) => detector).join()} is told`);
  return finding;
}

describe.each(Object.entries(stories))('%s', (name, story) => {
  test('fits a mail: at most 78 columns, a subject of ASCII that says what and where', async () => {
    const finding = await told(name, story);
    const { subject, text } = formatEmail(incidentAnnouncement([finding]));
    expect(subject).toMatch(/^\[[A-Z]+\] [\x20-\x7e]{1,90}$/);
    expect(subject).not.toContain('...');
    expect(subject).toContain('sms/clockwork');
    const long = text.split('\n').filter((line) => line.length > 78 && !line.startsWith('https://'));
    expect(long).toEqual([]);
    // Where a line of the facts is wrapped, the columns are lost.
    const facts = (finding.facts ?? []).filter((line) => line.length > 78);
    expect(facts).toEqual([]);
    expect(`${subject}\n\n${text}`).toMatchSnapshot();
  });

  test('says the same in Slack', async () => {
    const { text, blocks } = formatSlack(incidentAnnouncement([await told(name, story)]), {
      buttons: false,
    });
    const shown = blocks.flatMap((block) => (block.type === 'section' ? (block.text?.text ?? []) : []));
    expect([text, ...shown].join('\n')).toMatchSnapshot();
  });
});
