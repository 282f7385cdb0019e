import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import type { Detector } from '../../../functions/core/detector.ts';
import { detectors } from '../../../functions/core/detectors/index.ts';
import { detectorList, detectorText } from '../../../functions/core/format/detector-text.ts';

const plain = { columns: 80, emphasise: (_: string, text: string) => text };
const unwrapped = (text: string): string => text.replace(/\s+/g, ' ');
const all: readonly Detector[] = detectors;

describe.each(all.map((detector) => [detector.id, detector] as const))('%s explained', (_, detector) => {
  const text = detectorText(detector, plain);

  it('says all that the detector says of itself', () => {
    const { title, rationale, falsePositives, blindSpots, response, attack, actions } = detector;
    for (const part of [
      title,
      rationale,
      ...falsePositives,
      ...blindSpots,
      ...response,
      ...attack,
      actions.join(', '),
    ]) {
      expect(unwrapped(text)).toContain(unwrapped(part));
    }
    const { properties = {} } = z.toJSONSchema(detector.params, { io: 'input' });
    for (const [name, parameter] of Object.entries(properties)) {
      expect(text).toContain(`${name} (`);
      expect(unwrapped(text)).toContain(unwrapped((parameter as { description: string }).description));
    }
  });

  it('fits 80 columns', () => {
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('the list of detectors', () => {
  it('has each, with its severity and title, in 80 columns', () => {
    const text = detectorList(all, 80);
    for (const { id, severity, title } of all) {
      expect(text).toMatch(new RegExp(`^${id} +${severity} `, 'm'));
      expect(unwrapped(text)).toContain(unwrapped(title));
    }
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('marks what is off by default', () => {
    const [first] = all;
    if (!first) throw new Error('no detector');
    expect(detectorList([{ ...first, status: 'experimental' }], 80)).toContain('experimental');
    expect(detectorText({ ...first, status: 'experimental' }, plain)).toContain(
      `detectors.${first.id}.enabled`,
    );
  });
});
