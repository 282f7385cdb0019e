import { describe, expect, test } from '@jest/globals';
import { rotatedSecrets } from '../../functions/core/model/rotated-secrets.ts';
import { parseSettings } from '../../functions/core/model/settings.ts';
import { rotationSteps } from '../../functions/core/rotation/rotation-request.ts';
import { createHandler } from '../../functions/rotate/handler.ts';
import { rotatedSecret } from '../support/rotation/rotated-secret.ts';
import { arn } from '../support/rotation/secrets-manager.ts';
import { captureLog } from './captures.ts';

const place = { account: '111122223333', region: 'eu-west-1' };

/** The function over two secrets, of which one is there. */
function createRotate({ lookAgain }: { readonly lookAgain?: (secretId: string) => Promise<void> } = {}) {
  const rotated = rotatedSecret();
  const { log, lines } = captureLog();
  const asked: string[] = [];
  const settings = parseSettings(
    `version: 1
secrets:
  - {match: {name: app/other}, rotation: {provider: clockwork}}
  - {match: {name: sms/clockwork}, rotation: {provider: clockwork}}`,
    'audit.yaml',
  );
  const handler = createHandler({
    place,
    rotated: rotatedSecrets(settings, place),
    stepsOf({ secretId }) {
      if (secretId !== 'sms/clockwork') throw new Error(`the steps of ${secretId}`);
      return rotated.ports;
    },
    lookAgain:
      lookAgain ??
      (async (secretId) => {
        asked.push(secretId);
      }),
    log,
  });
  const step = (Step: string, ClientRequestToken: string, SecretId = arn) =>
    handler({ Step, SecretId, ClientRequestToken });
  return { ...rotated, step, asked, lines };
}

describe('rotate', () => {
  test('takes the steps of the secret that is named, and tells enforce after the last', async () => {
    const { secret, stage, step, asked, current } = createRotate();
    await stage();
    const token = await secret.rotate();
    for (const name of rotationSteps) {
      expect(asked).toEqual([]);
      await step(name, token);
    }
    expect(current()).toBe(token);
    expect(asked).toEqual(['sms/clockwork']);
  });

  test('takes a secret by its name too', async () => {
    const { secret, stage, step } = createRotate();
    await stage();
    const token = await secret.rotate();
    await step('create_secret', token, 'sms/clockwork');
    expect(secret.textOf(token)).toBeDefined();
  });

  test.each(['app/unknown', 'arn:aws:secretsmanager:eu-west-1:444455556666:secret:sms/clockwork-AbCdEf'])(
    'refuses %s, which the settings do not rotate, and touches nothing',
    async (id) => {
      const { step, asked, records } = createRotate();
      await expect(step('createSecret', 'a', id)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' });
      expect([asked, records.record]).toEqual([[], undefined]);
    },
  );

  test('refuses what is no event of Secrets Manager', async () => {
    await expect(createRotate().step('dropSecret', 'a')).rejects.toMatchObject({ code: 'UNREADABLE_INPUT' });
  });

  test('a refusal is thrown for Secrets Manager, logged with its problem, and told to enforce', async () => {
    const { secret, step, asked, lines } = createRotate();
    const token = await secret.rotate();
    await expect(step('createSecret', token)).rejects.toMatchObject({ problem: 'NO_STAGED_KEY' });
    expect(asked).toEqual(['sms/clockwork']);
    expect(lines.join()).toContain('"problem":"NO_STAGED_KEY"');
  });

  test('what is put off is told too', async () => {
    const { secret, issuer, stage, step, asked } = createRotate();
    await stage();
    const token = await secret.rotate();
    await step('createSecret', token);
    issuer.mood = 'away';
    await expect(step('testSecret', token)).rejects.toMatchObject({ problem: 'ISSUER_AWAY' });
    expect(asked).toEqual(['sms/clockwork']);
  });

  test('a fault of another kind is thrown, and enforce has nothing to see', async () => {
    const { secret, step, asked } = createRotate();
    const token = await secret.rotate();
    secret.value = async () => {
      throw new Error('AccessDenied');
    };
    await expect(step('createSecret', token)).rejects.toThrow('AccessDenied');
    expect(asked).toEqual([]);
  });

  test('that enforce is away fails no step', async () => {
    const { secret, stage, step, current, lines } = createRotate({
      lookAgain: async () => {
        throw new Error('throttled');
      },
    });
    await stage();
    const token = await secret.rotate();
    for (const name of rotationSteps) await step(name, token);
    expect(current()).toBe(token);
    expect(lines.join()).toContain('enforce could not be asked to look');
  });

  test('no key stands in its log', async () => {
    const { secret, stage, step, lines, issuer, firstKey } = createRotate();
    const key = issuer.make();
    await stage(key);
    const token = await secret.rotate();
    for (const name of rotationSteps) await step(name, token);
    issuer.alive.delete(key);
    await expect(step('createSecret', 'other')).rejects.toThrow();
    expect(lines.length).toBeGreaterThan(4);
    for (const each of [key, firstKey]) expect(lines.join()).not.toContain(each);
  });
});
