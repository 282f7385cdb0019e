import { describe, expect, it } from '@jest/globals';
import { attestConsumer } from '../../../functions/core/rotation/persons-word.ts';
import { rollBack } from '../../../functions/core/rotation/roll-back.ts';
import { rotatedSecret } from '../../support/rotation/rotated-secret.ts';
import { arn } from '../../support/rotation/secrets-manager.ts';

const outsider = (key: string) => ({ kind: 'text', text: JSON.stringify({ api_key: key }) }) as const;

/** What somebody does between two looks of `enforce` must not be lost by what the suite does meanwhile. */
describe('a value that was put outside a rotation, before anybody has looked', () => {
  it('is followed although a rotation is refused because of it', async () => {
    const { secret, issuer, stage, rotate, examine, current } = rotatedSecret();
    const first = current();
    await examine();
    await stage();
    secret.putByHand(outsider(issuer.make()), 'AWSCURRENT');
    await expect(rotate()).rejects.toMatchObject({ problem: 'UNPROVEN_ROTATION' });
    expect((await examine()).record).toMatchObject({ how: 'outside', oldVersion: first });
  });

  it('is followed although it is rolled back', async () => {
    const { secret, issuer, ports, examine, current } = rotatedSecret();
    const first = current();
    await examine();
    secret.putByHand(outsider(issuer.make()), 'AWSCURRENT');
    const put = current();
    expect(await rollBack(arn, 'it was a mistake', ports)).toEqual({ current: first, before: put });
    expect((await examine()).record).toMatchObject({
      status: 'open',
      how: 'rollback',
      oldVersion: put,
      newVersion: first,
    });
  });

  it('takes away what a person has said of the value before it', async () => {
    const { clock, secret, issuer, records, stage, rotate, examine } = rotatedSecret();
    await examine();
    await stage();
    await rotate();
    await records.update(undefined, (record) =>
      attestConsumer(record, 'ecs prod/sms-sender', { by: 'anika', reason: 'seen', at: clock.time }),
    );
    secret.putByHand(outsider(issuer.make()), 'AWSCURRENT');
    expect((await examine()).record?.attested).toEqual([]);
  });
});

it('the end of a rotation that was rolled forward to is no end: both versions stay', async () => {
  const { secret, issuer, ports, stage, rotate, step, examine, current } = rotatedSecret();
  await examine();
  await stage();
  const token = await rotate();
  secret.putByHand(outsider(issuer.make()), 'AWSCURRENT');
  const put = current();
  await rollBack(arn, 'it was a mistake', ports);
  await step('finishSecret', token);
  expect(secret.stagesOf(put)).toContain(`CLOCKWORK_KEEP_${put}`);
});
