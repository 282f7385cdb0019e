import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { versionTimeline } from '../../../functions/core/versions/timeline.ts';
import { versionRead } from '../../../functions/core/versions/version-read.ts';
import {
  at,
  type CloudTrailRecord,
  event,
  eventsOf,
  record,
  rotationEvent,
  secretArn,
} from '../../support/records.ts';

const put = (
  seconds: number,
  versionId: string,
  versionStages?: readonly string[],
  overrides: CloudTrailRecord = {},
) =>
  record({
    eventName: 'PutSecretValue',
    eventTime: at(seconds),
    requestParameters: {
      secretId: 'app/db',
      clientRequestToken: versionId,
      ...(versionStages && { versionStages }),
    },
    ...overrides,
  });
const create = (seconds: number, versionId: string) =>
  record({
    eventName: 'CreateSecret',
    eventTime: at(seconds),
    requestParameters: { name: 'app/db', clientRequestToken: versionId },
    responseElements: { arn: secretArn('app/db') },
  });
const update = (seconds: number, versionId: string) =>
  record({
    eventName: 'UpdateSecret',
    eventTime: at(seconds),
    requestParameters: { secretId: 'app/db', clientRequestToken: versionId },
  });
const move = (seconds: number, versionStage: string, to?: string, from?: string) =>
  record({
    eventName: 'UpdateSecretVersionStage',
    eventTime: at(seconds),
    requestParameters: {
      secretId: 'app/db',
      versionStage,
      ...(to && { moveToVersionId: to }),
      ...(from && { removeFromVersionId: from }),
    },
  });
const rotate = (seconds: number, versionId: string) =>
  record({
    eventName: 'RotateSecret',
    eventTime: at(seconds),
    responseElements: { versionId, arn: secretArn('app/db') },
  });

const readAt = (seconds: number, choice: CloudTrailRecord = {}) =>
  event({ eventTime: at(seconds), requestParameters: { secretId: 'app/db', ...choice } });

/** The version that a read gets; `?` before the reason where it is not known. */
const versionAt = (records: readonly CloudTrailRecord[], seconds: number, choice: CloudTrailRecord = {}) => {
  const { id, because } = versionRead(readAt(seconds, choice), versionTimeline(eventsOf(records)));
  return id ?? `? ${because}`;
};

it('a read that names its version got that one, and nothing is inferred', () => {
  expect(versionRead(readAt(0, { versionId: 'v1', versionStage: 'AWSCURRENT' }), new Map())).toEqual({
    id: 'v1',
    stage: 'AWSCURRENT',
    inferred: false,
    because: 'the call named the version',
  });
});

it('a read that names none got the one that was AWSCURRENT then, which is inferred', () => {
  expect(versionRead(readAt(50), versionTimeline(eventsOf([put(10, 'v2')])))).toEqual({
    id: 'v2',
    stage: 'AWSCURRENT',
    inferred: true,
    because: 'AWSCURRENT was moved to it by PutSecretValue at 2026-03-02T09:00:10Z',
  });
});

describe('labels', () => {
  const history = [
    create(0, 'v1'),
    put(100, 'v2'),
    put(200, 'v3', ['AWSPENDING']),
    move(300, 'AWSCURRENT', 'v3', 'v2'),
  ];
  it.each<[number, string, string]>([
    [50, 'AWSCURRENT', 'v1'],
    [150, 'AWSCURRENT', 'v2'],
    [250, 'AWSCURRENT', 'v2'],
    [350, 'AWSCURRENT', 'v3'],
    [150, 'AWSPREVIOUS', 'v1'],
    [350, 'AWSPREVIOUS', 'v2'],
    [250, 'AWSPENDING', 'v3'],
  ])('after %i s %s is on %s', (seconds, versionStage, version) => {
    expect(versionAt(history, seconds, { versionStage })).toBe(version);
    expect(versionAt(history.toReversed(), seconds, { versionStage })).toBe(version);
  });

  it('custom labels move by their own', () => {
    const custom = [put(0, 'v5', ['CLOCKWORK_NEXT']), move(100, 'CLOCKWORK_NEXT', undefined, 'v5')];
    expect(versionAt(custom, 50, { versionStage: 'CLOCKWORK_NEXT' })).toBe('v5');
    expect(versionAt(custom, 150, { versionStage: 'CLOCKWORK_NEXT' })).toMatch(
      /^\? UpdateSecretVersionStage/,
    );
    expect(versionAt(custom, 50)).toBe('? when AWSCURRENT was moved last before is not in the evidence');
  });

  it('a rotation moves it at the latest when it succeeds', () => {
    expect(
      versionAt([rotate(0, 'v9'), rotationEvent('RotationSucceeded', 'app/db', { eventTime: at(60) })], 90),
    ).toBe('v9');
    expect(versionAt([rotate(0, 'v9')], 90)).toMatch(/^\?/);
    const ended = rotationEvent('RotationSucceeded', 'app/db', { eventTime: at(60) });
    expect(versionAt([rotate(0, 'v9'), move(50, 'AWSCURRENT', 'v9', 'v8'), ended], 90)).toBe('v9');
    expect(versionAt([create(-100_000, 'v1'), ended], 90)).toMatch(/^\? RotationSucceeded .* does not name$/);
    expect(versionAt([create(-100_000, 'v1'), ended], 30)).toBe('v1');
  });
});

describe('not known', () => {
  it('before the history of the label begins, unless a call says where it was', () => {
    expect(versionAt([put(100, 'v2')], 50)).toBe(
      '? when AWSCURRENT was moved last before is not in the evidence',
    );
    expect(versionAt([move(100, 'AWSCURRENT', 'v2', 'v1')], 50)).toBe('v1');
    expect(versionAt([move(100, 'AWSCURRENT', 'v2', 'v1')], 150, { versionStage: 'AWSPREVIOUS' })).toBe('v1');
  });

  it('within the second in which it moved', () => {
    expect(versionAt([put(0, 'v1'), put(100, 'v2')], 100)).toBe(
      '? AWSCURRENT was moved within the same second',
    );
  });

  it('of another secret, of a call without a time, of a refused change', () => {
    const timeline = versionTimeline(eventsOf([put(0, 'v1')]));
    expect(
      versionRead(event({ requestParameters: { secretId: 'app/x' }, eventTime: at(9) }), timeline).id,
    ).toBeNull();
    expect(versionRead(event({ eventTime: undefined }), timeline).id).toBeNull();
    expect(versionAt([put(0, 'v1', undefined, { errorCode: 'AccessDenied' })], 9)).toMatch(/^\?/);
  });
});

describe('UpdateSecret names a version whether or not it changed the value', () => {
  it('which is said', () => {
    const { id, because } = versionRead(
      readAt(150),
      versionTimeline(eventsOf([put(0, 'v1'), update(100, 'v2')])),
    );
    expect(id).toBe('v2');
    expect(because).toBe(
      'AWSCURRENT was moved to it by UpdateSecret at 2026-03-02T09:01:40Z, if that changed the value; otherwise v1 stayed',
    );
  });

  it('and a later call may settle', () => {
    expect(versionAt([put(0, 'v1'), update(100, 'v2'), move(200, 'AWSCURRENT', 'v3', 'v1')], 150)).toBe('v1');
    expect(versionAt([put(0, 'v1'), update(100, 'v2'), move(200, 'AWSCURRENT', 'v3', 'v2')], 150)).toBe('v2');
  });
});

it('infers what really was, whatever was put and moved, and whatever is delivered first', () => {
  const step = fc.record({
    kind: fc.constantFrom('put', 'pending', 'move'),
    to: fc.integer({ min: 0, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), fc.boolean(), (steps, isReversed) => {
      let current = 'v0';
      const records = [create(0, current)];
      const truth = [current];
      for (const [index, { kind, to }] of steps.entries()) {
        const time = (index + 1) * 10;
        const version = `v${to}`;
        if (kind === 'put') records.push(put(time, version));
        else if (kind === 'pending') records.push(put(time, version, ['AWSPENDING']));
        else records.push(move(time, 'AWSCURRENT', version, current));
        if (kind !== 'pending') current = version;
        truth.push(current);
      }
      const delivered = isReversed ? records.toReversed() : records;
      for (const [index, version] of truth.entries())
        expect(versionAt(delivered, index * 10 + 5)).toBe(version);
    }),
    { numRuns: 100, seed: 4 },
  );
});
