import { expect, it } from '@jest/globals';
import { plainText, truncate } from '../../../functions/core/format/plain-text.ts';
import { plural, shortPrincipal, span } from '../../../functions/core/phrases.ts';

it('shows what would steer a terminal or hide text', () => {
  expect(plainText('a\u001b[31mb\r\nc\u202ed\u200be')).toBe(
    'a<U+001B>[31mb<U+000D><U+000A>c<U+202E>d<U+200B>e',
  );
  expect(plainText('a\u{e0041}b\ud800')).toBe('a<U+E0041>b\ufffd');
  expect(plainText('Zoë 日本 👩‍🚀')).toContain('Zoë 日本');
});

it('cuts with an ellipsis and never through a surrogate pair', () => {
  expect(truncate('abc', 3)).toBe('abc');
  expect(truncate('abcd', 3)).toBe('ab…');
  expect(truncate('a👍👍', 3)).toBe('a…');
});

it('says numbers, spans and names as people do', () => {
  expect([plural(1, 'secret'), plural(2, 'secret'), plural(0, 'secret')]).toEqual([
    '1 secret',
    '2 secrets',
    '0 secrets',
  ]);
  expect([0, 90_000, 600_000, 10_800_000].map(span)).toEqual([
    '1 second',
    '90 seconds',
    '10 minutes',
    '3 hours',
  ]);
  expect(shortPrincipal('arn:aws:iam::111122223333:role/a/b')).toBe('role/a/b');
  expect(shortPrincipal('secretsmanager.amazonaws.com')).toBe('secretsmanager.amazonaws.com');
  expect(shortPrincipal('arn:')).toBe('arn:');
});
