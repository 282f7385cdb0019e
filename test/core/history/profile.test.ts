import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  dimensions,
  Profile,
  type ProfileDimension,
  type Sighting,
} from '../../../functions/core/history/profile.ts';

const day = 86_400_000;
const sighting: fc.Arbitrary<Sighting> = fc.record({
  time: fc.integer({ min: 20_000, max: 20_060 }).map((each) => each * day + 3_600_000),
  features: fc.array(
    fc
      .tuple(
        fc.constantFrom(...(Object.keys(dimensions) as ProfileDimension[])),
        fc.constantFrom('', '1', 'a', '__proto__', '203.0.113.0/24', '"\u0000'),
      )
      .map(([dimension, value]) => [dimension, dimension === 'day' ? '' : value] as const),
    { maxLength: 4 },
  ),
  readKey: fc.string({ minLength: 1, maxLength: 5 }),
});

const profileOf = (sightings: readonly Sighting[]): Profile => {
  const profile = Profile.parse(undefined);
  for (const each of sightings) profile.add(each);
  return profile;
};

describe('a profile', () => {
  it('is the same whatever the order, the repetition and the division into deliveries', () => {
    fc.assert(
      fc.property(fc.array(sighting, { maxLength: 30 }), fc.nat(30), fc.nat(), (sightings, cut, turn) => {
        const start = sightings.length === 0 ? 0 : turn % sightings.length;
        const turned = [...sightings.slice(start), ...sightings.slice(0, start), ...sightings.slice(0, 3)];
        const halves = Profile.parse(profileOf(turned.slice(0, cut)).toString());
        for (const each of turned.slice(cut)) halves.add(each);
        expect(seen(halves)).toEqual(seen(profileOf(sightings)));
      }),
      { seed: 4 },
    );
  });

  it('survives being stored', () => {
    fc.assert(
      fc.property(fc.array(sighting, { maxLength: 20 }), (sightings) => {
        const text = profileOf(sightings).toString();
        expect(Profile.parse(text).toString()).toBe(text);
        const again = Profile.parse(text);
        for (const each of sightings) again.add(each);
        expect(again.toString()).toBe(text);
      }),
      { seed: 4 },
    );
  });

  it('says what comes late', () => {
    const profile = profileOf([{ time: 10 * day, features: [['day', '']] }]);
    expect(profile.add({ time: 10 * day, features: [['network', 'n']] })).toBe(false);
    expect(profile.add({ time: 9 * day, features: [['network', 'n']] })).toBe(true);
    expect(profile.add({ time: 9 * day, features: [['network', 'n']] })).toBe(false);
    expect(profile.add({ time: 9 * day, features: [], readKey: 'a' })).toBe(true);
    expect(
      profile.add({
        time: 11 * day,
        features: [
          ['day', ''],
          ['network', 'n'],
        ],
      }),
    ).toBe(false);
  });

  it('keeps so many networks and no more, those seen last', () => {
    const profile = profileOf(
      Array.from({ length: 250 }, (_, index) => ({
        time: index * day,
        features: [['network', `n${index}`]] as const,
      })),
    );
    const kept = [...profile.values('network').keys()];
    expect(kept).toHaveLength(200);
    expect(kept).toContain('n249');
    expect(kept).not.toContain('n49');
  });

  it('a service with ten secrets stays below a kilobyte and a half for half a year of days', () => {
    const profile = profileOf(
      Array.from({ length: 180 }, (_, index) => ({
        time: index * day,
        features: [
          ['day', ''],
          ['hour', '3'],
          ['agent', 'boto3 python3.11 linux'],
          ['region', 'eu-west-1'],
          ['action', 'read'],
          ['network', '203.0.113.0/24'],
          ...Array.from({ length: 10 }, (_, secret) => ['secret', `00000000000${secret}`] as const),
        ] as const,
        readKey: `e${index}`,
      })),
    );
    expect(profile.toString().length).toBeLessThan(2_000);
  });
});

/** Without the sketches, of which only the latest days are kept, whichever came first. */
const seen = (profile: Profile) => JSON.parse(profile.toString()).seen;
