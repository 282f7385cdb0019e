import { expect, it } from '@jest/globals';
import { detectors } from '../../../functions/core/detectors/index.ts';
import { actionsOf, eventNamesOf, watchedSources } from '../../../functions/core/model/cloudtrail-events.ts';
import { compareSeverity, isAtLeast } from '../../../functions/core/model/severity.ts';

it('what is asked of AWS is what the detectors look at', () => {
  const asked = new Set(watchedSources.flatMap(actionsOf));
  for (const { id, actions } of detectors) {
    expect({ id, missing: actions.filter((action) => !asked.has(action)) }).toEqual({ id, missing: [] });
  }
  for (const source of watchedSources) {
    const used = detectors.some(({ actions }) =>
      actionsOf(source).some((action) => actions.includes(action)),
    );
    expect({ source, used }).toEqual({ source, used: true });
    expect(eventNamesOf(source).length).toBeGreaterThan(0);
  }
});

it('severities are ordered', () => {
  expect(compareSeverity('low', 'high')).toBeLessThan(0);
  expect(isAtLeast('high', 'high')).toBe(true);
  expect(isAtLeast('medium', 'high')).toBe(false);
});
