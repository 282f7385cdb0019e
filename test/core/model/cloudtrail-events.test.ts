import { expect, it } from '@jest/globals';
import { detectors } from '../../../functions/core/detectors/index.ts';
import {
  actionsOf,
  cloudTrailActions,
  eventNamesOf,
  understoodSources,
  watchedSources,
} from '../../../functions/core/model/cloudtrail-events.ts';
import { compareSeverity, isAtLeast } from '../../../functions/core/model/severity.ts';

it('what the detectors look at is understood', () => {
  const understood = new Set(understoodSources.flatMap(actionsOf));
  for (const { id, actions } of detectors) {
    expect({ id, missing: actions.filter((action) => !understood.has(action)) }).toEqual({ id, missing: [] });
  }
});

it('what is asked of AWS is what detectors look at, and few sources', () => {
  expect(watchedSources).toEqual(['secretsmanager.amazonaws.com', 'cloudtrail.amazonaws.com']);
  for (const source of watchedSources) {
    const used = detectors.some(({ actions }) =>
      actionsOf(source).some((action) => actions.includes(action)),
    );
    expect({ source, used }).toEqual({ source, used: true });
    expect(eventNamesOf(source).length).toBeGreaterThan(0);
  }
});

it('a detector that sees only part of its events in time says so', () => {
  const asked = new Set<string>(watchedSources.flatMap(actionsOf));
  for (const { id, actions, blindSpots } of detectors) {
    if (actions.every((action) => asked.has(action))) continue;
    expect({ id, blindSpots: blindSpots.join(' ') }).toEqual({
      id,
      blindSpots: expect.stringContaining('log files'),
    });
  }
});

it('the understood sources are those of the table', () => {
  expect(understoodSources).toEqual(Object.keys(cloudTrailActions));
  expect(understoodSources).toEqual(expect.arrayContaining([...watchedSources]));
});

it('severities are ordered', () => {
  expect(compareSeverity('low', 'high')).toBeLessThan(0);
  expect(isAtLeast('high', 'high')).toBe(true);
  expect(isAtLeast('medium', 'high')).toBe(false);
});
