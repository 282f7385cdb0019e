import { describe, expect, test } from '@jest/globals';
import { createReaderStore } from '../../functions/adapters/dynamodb-reader-store.ts';
import { createTableJudge } from '../../functions/adapters/table-judge.ts';
import { Profile } from '../../functions/core/history/profile.ts';
import { identitySubject } from '../../functions/core/history/sightings.ts';
import { defaultSettings, parseSettings } from '../../functions/core/model/settings.ts';
import type { StoredFinding } from '../../functions/core/ports.ts';
import { createClock } from '../functions/captures.ts';
import { account, at, eventsOf, record, region, role, start } from '../support/records.ts';
import { createTableStandIn, RefusedError } from './table-stand-in.ts';

const daySeconds = 86_400;
const dayMs = daySeconds * 1000;

function createJudge(ownReads = '[]', settings = defaultSettings) {
  const standIn = createTableStandIn();
  const clock = createClock();
  const open = () => createTableJudge({ table: standIn.table, settings, ownReads, clock });
  const keys = () => standIn.items().map((item) => String(item['pk']?.['S']));
  return {
    ...open(),
    open,
    clock,
    standIn,
    keys,
    firsts: () => keys().filter((key) => key.startsWith('WINDOW#firsts|')),
  };
}

/** Twenty days of one read each. */
const habits = eventsOf(
  Array.from({ length: 20 }, (_, index) => record({ eventTime: at(-(index + 1) * daySeconds) })),
);
const elsewhere = () => eventsOf([record({ sourceIPAddress: '203.0.113.7' })]);

describe('the judgement over the table', () => {
  test('learns without judging: profiles, no window and no finding', async () => {
    const { learn, keys } = createJudge();
    const theft = Array.from({ length: 30 }, (_, index) =>
      record({ requestParameters: { secretId: `app/${index}` } }),
    );
    await learn(eventsOf(theft));
    expect(keys()).not.toEqual([]);
    expect(keys().filter((key) => !key.startsWith('HISTORY#'))).toEqual([]);
  });

  test("learns nothing of the suite's own reads", async () => {
    const own = { role: `arn:aws:iam::${account}:role/notify`, secret: 'slack/webhook' };
    const { learn, keys } = createJudge(JSON.stringify([own]));
    await learn(
      eventsOf([
        record({ userIdentity: role('notify', 's'), requestParameters: { secretId: 'slack/webhook' } }),
      ]),
    );
    expect(keys()).toEqual([]);
  });

  test('what is new is told by the history of all, and of a Region that is known for less time by its own', async () => {
    const known = createJudge();
    await known.learn(habits);
    await known.usual.setCompleteSince(start - 90 * dayMs);
    await known.judge(elsewhere(), { completeSince: undefined });
    await known.judge(elsewhere(), { completeSince: start - 3 * dayMs });
    expect(known.firsts()).toEqual([]);
    await known.judge(elsewhere(), { completeSince: start - 30 * dayMs });
    expect(known.firsts()).not.toEqual([]);

    const unknown = createJudge();
    await unknown.learn(habits);
    await unknown.judge(elsewhere(), { completeSince: start - 30 * dayMs });
    expect(unknown.firsts()).toEqual([]);
    await unknown.usual.setCompleteSince(start - 90 * dayMs);
    await unknown.judge(elsewhere());
    expect(unknown.firsts()).not.toEqual([]);
  });

  describe('of a secret that is rotated', () => {
    const rotated = {
      ...defaultSettings,
      secrets: parseSettings(
        'version: 1\nsecrets:\n  - match: {name: app/sms}\n    rotation: {provider: clockwork}\n',
        'audit.yaml',
      ).secrets,
    };
    const sms = { name: 'app/sms', account, region, arn: null };
    const read = (name: string, secretId: string) =>
      record({ userIdentity: role(name, 's'), requestParameters: { secretId } });
    const events = () =>
      eventsOf([read('sender', 'app/sms'), read('sender', 'app/db'), read('rotate', 'app/sms')]);
    const own = JSON.stringify([{ role: `arn:aws:iam::${account}:role/rotate`, secret: 'app/sms' }]);

    test.each(['judge', 'learn'] as const)(
      '%s records who reads it, but the suite itself',
      async (method) => {
        const { standIn, ...tableJudge } = createJudge(own, rotated);
        await tableJudge[method](events());
        expect(await createReaderStore(standIn.table).of(sms)).toMatchObject([
          {
            principal: `arn:aws:iam::${account}:role/sender`,
            asked: 'AWSCURRENT',
            first: start,
            last: start,
          },
        ]);
      },
    );

    test('reads are recorded after the judgement, and a failure is one of the whole', async () => {
      const { standIn, judge, keys } = createJudge(own, rotated);
      standIn.before = (_, { Key }) => {
        if (String(Key?.['pk']?.['S']).startsWith('READER#')) throw new RefusedError('InternalServerError');
      };
      await expect(judge(events())).rejects.toThrow('InternalServerError');
      expect(keys().some((key) => key.startsWith('HISTORY#'))).toBe(true);
    });

    test('without a provider nothing is recorded', async () => {
      const { judge, keys } = createJudge(own);
      await judge(events());
      expect(keys().filter((key) => key.startsWith('READER#'))).toEqual([]);
    });
  });

  describe('by tags', () => {
    const settings = {
      ...defaultSettings,
      mode: 'announce' as const,
      secrets: parseSettings(
        'version: 1\nsecrets:\n  - match: {tag: {tier: gold}}\n    allow: [{id: sender, role: sender, actions: any, from: any}]\n',
        'audit.yaml',
      ).secrets,
    };
    const read = () => eventsOf([record()]);
    const place = { account, region };
    const listed = (tier: string) => [
      { secret: { ...place, name: 'app/db', arn: null }, tags: { tier, owner: 'payments' } },
    ];

    test('an entry with a tag holds where the inventory knows it, for every container a minute later', async () => {
      const { inventory, judge, open, clock } = createJudge('[]', settings);
      const other = open();
      expect(await outsideContract(judge(read()))).toEqual([]);
      expect(await outsideContract(other.judge(read()))).toEqual([]);
      await inventory.replace(place, listed('gold'), start);
      expect(await outsideContract(judge(read()))).toEqual([expect.stringContaining('sender')]);

      clock.time += 60_000;
      expect(await outsideContract(other.judge(read()))).toEqual([expect.stringContaining('sender')]);
    });

    test('learning goes by the owner that a tag names', async () => {
      const { inventory, learn, usual } = createJudge('[]', settings);
      await inventory.replace(place, listed('gold'), start);
      const events = eventsOf([record()]);
      await learn(events);
      const [event] = events;
      if (!event) throw new Error('an event was made');
      const subject = identitySubject(event);
      const profile = Profile.parse((await usual.read([subject])).get(subject));
      expect([...profile.values('team').keys()]).toEqual(['payments']);
    });
  });
});

/** Explanations of what the contract says. */
const outsideContract = async (judged: Promise<StoredFinding[]>): Promise<string[]> =>
  (await judged).flatMap(({ finding }) =>
    finding.detector === 'outside-contract' ? [finding.explanation] : [],
  );
