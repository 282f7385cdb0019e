import { describe, expect, it } from '@jest/globals';
import { shortId, stepLines } from '../../../functions/core/format/rotation-status.ts';

describe('the id of a version', () => {
  it.each([
    ['7f3e0a10-52c6-4d7f-9b0e-3d1c5a8e4f20', [], '7f3e0a10'],
    ['7f3e0a10-52c6-4d7f-9b0e-3d1c5a8e4f20', ['8f3e0a10-52c6-4d7f-9b0e-3d1c5a8e4f20'], '7f3e0a10'],
    ['00000000-0000-4000-8000-1', ['00000000-0000-4000-8000-2'], '00000000-0000-4000-8000-1'],
    ['chosen\u202e', [], 'chosen<U+202E>'],
  ])('%j among %j', (id, others, shown) => expect(shortId(id, others)).toBe(shown));
});

describe('steps', () => {
  it.each([
    ['Wait.', ['  1. Wait.']],
    ['secrets-audit rotation prove x', ['  1. secrets-audit rotation prove x']],
    ['secrets-audit rotation start x   (or wait)', ['  1. secrets-audit rotation start x', '     (or wait)']],
    [
      'Make one, then: secrets-audit rotation stage x',
      ['  1. Make one, then:', '       secrets-audit rotation stage x'],
    ],
    [
      'Trouble: secrets-audit rotation rollback x   (it is alive)',
      ['  1. Trouble:', '       secrets-audit rotation rollback x', '       (it is alive)'],
    ],
    [
      'aws ecs update-service --cluster prod --service reminders --force-new-deployment',
      ['  1. aws ecs update-service --cluster prod --service reminders \\\n       --force-new-deployment'],
    ],
  ])('%s', (step, lines) => expect(stepLines([step], 70)).toEqual(lines));
});
