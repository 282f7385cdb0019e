import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createKeyProvider } from '../../functions/adapters/key-providers.ts';
import { parseSettings } from '../../functions/core/model/settings.ts';
import {
  startTextAnywhereStandIn,
  type TextAnywhereStandIn,
} from '../support/clockwork-stand-in/textanywhere-stand-in.ts';
import { repository } from '../support/repository.ts';

let textAnywhere: TextAnywhereStandIn;

beforeAll(async () => {
  textAnywhere = await startTextAnywhereStandIn();
});

afterAll(() => textAnywhere.stop());

/** The example of the documentation, with the stand-in for the host. */
function documentedProvider() {
  const page = readFileSync(join(repository, 'docs/rotation.md'), 'utf8');
  const [, fragment = ''] = /```yaml\n((?:(?!```)[\s\S])*keyProviders:[\s\S]*?)```/.exec(page) ?? [];
  const here = fragment.replace('https://api.textanywhere.com/API/v1.0/REST', textAnywhere.apiUrl);
  expect(here).not.toBe(fragment);
  return createKeyProvider('textanywhere', parseSettings(here, 'rotation.md'), {
    retry: { retries: 1, minTimeout: 1 },
  });
}

/** As TextAnywhere gives it: `user_key;access_token`. */
async function token(): Promise<string> {
  const credentials = Buffer.from(`${textAnywhere.username}:${textAnywhere.password()}`).toString('base64');
  const answer = await fetch(`${textAnywhere.apiUrl}/token`, {
    headers: { Authorization: `Basic ${credentials}` },
  });
  return answer.text();
}

describe('TextAnywhere, as the documentation describes it', () => {
  test('a key of two parts is told valid, and invalid when it is revoked', async () => {
    const provider = documentedProvider();
    const key = await token();
    expect(key).toMatch(/;/);
    expect(provider.shapeProblem(key)).toBeUndefined();
    expect(await provider.probe(key)).toMatchObject({ standing: 'valid' });
    textAnywhere.revokeTokens();
    expect(await provider.probe(key)).toMatchObject({ standing: 'invalid' });
    expect(await provider.probe(await token())).toMatchObject({ standing: 'valid' });
  });

  test('what has one part is no key of it, and an outage says nothing', async () => {
    const provider = documentedProvider();
    expect(provider.shapeProblem('one part')).toBeDefined();
    const key = await token();
    textAnywhere.outage({ status: 503 });
    expect(await provider.probe(key)).toMatchObject({ standing: 'retry' });
    textAnywhere.recover();
  });
});
