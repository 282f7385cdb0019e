import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  compileGlob,
  coversGlob,
  globsOverlap,
  matchesGlob,
} from '../../../functions/core/contracts/glob.ts';
import { instead, nearestName } from '../../../functions/core/contracts/nearest-name.ts';

const letters = (alphabet: string, maxLength: number) =>
  fc.array(fc.constantFrom(...alphabet), { maxLength }).map((drawn) => drawn.join(''));
const pattern = letters('ab*', 6);
const text = letters('ab', 6);
const regExpOf = (glob: string): RegExp => new RegExp(`^${glob.replaceAll('*', '.*')}$`, 's');
const every = (length: number): string[] =>
  length === 0 ? [''] : every(length - 1).flatMap((rest) => [rest, `${rest}a`, `${rest}b`]);
const texts = [...new Set(every(6))];

it.each([
  ['prod/*', 'prod/', true],
  ['prod/*', 'prod/a/b', true],
  ['prod/*', 'prod', false],
  ['*-db', 'a-db', true],
  ['a*a', 'a', false],
  ['a.c', 'abc', false],
  ['', '', true],
])('%s matches %s: %s', (glob, name, expected) => {
  expect(matchesGlob(glob, name)).toBe(expected);
});

it('matches as a RegExp with .* would', () => {
  fc.assert(
    fc.property(pattern, text, (glob, name) => matchesGlob(glob, name) === regExpOf(glob).test(name)),
    { seed: 4, numRuns: 2000 },
  );
});

it('a hostile name takes no longer than another', () => {
  const matches = compileGlob(`${'*a'.repeat(30)}*b`);
  const begin = performance.now();
  expect(matches('a'.repeat(100_000))).toBe(false);
  expect(performance.now() - begin).toBeLessThan(1000);
});

it('two overlap exactly where some text is matched by both', () => {
  fc.assert(
    fc.property(letters('ab*', 3), letters('ab*', 3), (a, b) => {
      const shared = texts.some((name) => matchesGlob(a, name) && matchesGlob(b, name));
      return globsOverlap(a, b) === shared;
    }),
    { seed: 4, numRuns: 1500 },
  );
});

it('what is covered is matched', () => {
  fc.assert(
    fc.property(pattern, pattern, text, (wide, narrow, name) => {
      fc.pre(coversGlob(wide, narrow) && matchesGlob(narrow, name));
      return matchesGlob(wide, name);
    }),
    { seed: 4, numRuns: 300 },
  );
  expect(coversGlob('prod/*', 'prod/db/*')).toBe(true);
  expect(coversGlob('prod/db/*', 'prod/*')).toBe(false);
  expect(coversGlob('prod/a', 'prod/*')).toBe(false);
});

describe('the nearest name', () => {
  it.each([
    ['vnp', ['vpn', 'prod-nat'], 'vpn'],
    ['sms/clockwrok', ['sms/clockwork', 'sms/other'], 'sms/clockwork'],
    ['prd/*', ['prod/db', 'staging/db'], 'prod/db'],
    ['nothing-like-it', ['vpn'], undefined],
    ['canary/*', ['prod/db-main'], undefined],
    ['ab', ['ac', 'aa'], 'aa'],
  ])('of %s', (name, names, expected) => {
    expect(nearestName(name, names)).toBe(expected);
  });

  it('or what there is', () => {
    expect(instead('vnp', ['vpn'])).toBe('; the nearest is vpn');
    expect(instead('office', [])).toBe('; there is none yet');
    expect(instead('office', ['vpn'])).toBe('; there is vpn');
    expect(instead('office', ['g', 'f', 'e', 'd', 'c', 'b', 'a'])).toBe(
      '; there are a, b, c, d, e and 2 more',
    );
  });
});
