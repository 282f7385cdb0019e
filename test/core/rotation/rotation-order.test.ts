import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ConsumerStanding } from '../../../functions/core/rotation/proof.ts';
import { isRehearsal, rotationOrder } from '../../../functions/core/rotation/rotation-order.ts';

const consumer = (
  name: string,
  delivery: ConsumerStanding['delivery'] = 'runtime',
  account = '111122223333',
): ConsumerStanding => ({
  consumer: name,
  clause: null,
  named: null,
  identity: `arn:aws:iam::${account}:role/x`,
  delivery,
  lastRead: null,
  progress: 'unseen',
  because: '',
});

const accounts = { prod: '111122223333', 'acme-staging': '444455556666' };
const namesOf = (consumers: readonly ConsumerStanding[]) => consumers.map((each) => each.consumer);

describe('the order in which consumers are moved', () => {
  it('what nobody depends on first, then who reads it itself, then who is restarted, then who is not known', () => {
    const ordered = rotationOrder(
      [
        consumer('role/reports', null),
        consumer('ecs prod/sender', 'injected'),
        consumer('lambda b'),
        consumer('lambda a'),
        consumer('ecs staging/sender', 'injected'),
        consumer('lambda trial', 'runtime', '444455556666'),
      ],
      accounts,
    );
    expect(namesOf(ordered)).toEqual([
      'lambda trial',
      'ecs staging/sender',
      'lambda a',
      'lambda b',
      'ecs prod/sender',
      'role/reports',
    ]);
  });

  it('does not depend on the order before', () => {
    const all = [
      consumer('a', null),
      consumer('b', 'injected'),
      consumer('qa/c', 'injected'),
      consumer('d'),
      consumer('e'),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(namesOf(rotationOrder(shuffled, accounts))).toEqual(namesOf(rotationOrder(all, accounts)));
      }),
    );
  });
});

describe('no production', () => {
  it.each([
    'ecs staging/sender',
    'role/sms-TEST',
    'lambda dev_sender',
    'qa',
    'ecs sandbox-1/x',
    'role/stage.reader',
  ])('%s', (name) => expect(isRehearsal(consumer(name), accounts)).toBe(true));

  it.each(['ecs prod/sender', 'role/latest', 'lambda devices', 'role/attestation', 'role/backstage'])(
    'but not %s',
    (name) => expect(isRehearsal(consumer(name), accounts)).toBe(false),
  );
});
