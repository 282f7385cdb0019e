import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readBundledSettings } from '../../functions/adapters/bundled-settings.ts';
import { parseOwnReads, readEnvironment } from '../../functions/adapters/lambda-environment.ts';
import { createPacer } from '../../functions/adapters/pacer.ts';
import { defaultSettings } from '../../functions/core/model/settings.ts';
import { env } from '../../functions/notify/env.ts';
import { createClock } from '../functions/captures.ts';

describe('environment', () => {
  test('names every missing variable, shows no value', () => {
    process.env['TABLE_NAME'] = 'table-value';
    process.env['QUEUE_URL'] = '';
    expect(() => readEnvironment(env)).toThrow(
      'Environment variables missing or invalid: QUEUE_URL, DEAD_LETTER_QUEUE_URL',
    );
    delete process.env['TABLE_NAME'];
    delete process.env['QUEUE_URL'];
  });

  test('own reads are exactly roles and secrets', () => {
    const reads = [{ role: 'arn:aws:iam::111122223333:role/notify', secret: 'slack/webhook' }];
    expect(parseOwnReads(JSON.stringify(reads))).toEqual(reads);
    expect(parseOwnReads('[]')).toEqual([]);
    for (const text of ['', '{}', '[{"role":"r"}]', '[{"role":"r","secret":"s","agent":"a"}]']) {
      expect(() => parseOwnReads(text)).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }));
    }
  });
});

describe('bundled settings', () => {
  const bundle = (text?: string) => {
    const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
    if (text !== undefined) writeFileSync(join(directory, 'settings.json'), text);
    return directory;
  };

  test('are those that synth parsed', () => {
    expect(readBundledSettings(bundle(JSON.stringify(defaultSettings)))).toEqual(defaultSettings);
  });

  test.each([undefined, '{', 'null', '[]', '{"version":2}'])('%s gives a clear error', (text) => {
    expect(() => readBundledSettings(bundle(text))).toThrow(/^settings.json beside the bundle/);
  });
});

describe('pacing and work in flight', () => {
  test('turns are an interval apart, also when asked for at once', async () => {
    const clock = createClock();
    const turn = createPacer(100, clock, clock.sleep);
    await turn();
    await turn();
    clock.time += 70;
    await turn();
    clock.time += 500;
    await turn();
    expect(clock.slept).toEqual([100, 30]);
  });
});
