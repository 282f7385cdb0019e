/**
 * What one rotation costs: calls to Secrets Manager and to the issuer, and the time of the suite's own code beside them.
 * Secrets Manager is in memory, Clockwork a stand-in on 127.0.0.1, reached by the very adapter that goes to AWS.
 *
 * `npm run bench:rotation`
 */
import { createClockworkKeyProvider } from '../functions/adapters/clockwork-key-provider.ts';
import { rotationPolicy } from '../functions/core/rotation/rotation-policy.ts';
import { rotationSteps } from '../functions/core/rotation/rotation-request.ts';
import { stageKey } from '../functions/core/rotation/stage-key.ts';
import { takeStep } from '../functions/core/rotation/steps.ts';
import { startClockworkStandIn } from '../test/support/clockwork-stand-in/clockwork-stand-in.ts';
import { OneRecord } from '../test/support/rotation/memory-stores.ts';
import { arn, OneSecret } from '../test/support/rotation/secrets-manager.ts';

const rotations = 200;

/** Counts the calls of a port by name. */
function counted<Port extends object>(port: Port, counts: Map<string, number>): Port {
  return new Proxy(port, {
    get(target, property) {
      const method = Reflect.get(target, property);
      if (typeof method !== 'function') return method;
      return (...parameters: unknown[]) => {
        counts.set(String(property), (counts.get(String(property)) ?? 0) + 1);
        return method.apply(target, parameters);
      };
    },
  });
}

const clockwork = await startClockworkStandIn({ seed: 'bench' });
const policy = rotationPolicy({ provider: 'clockwork', mode: 'staged', field: 'api_key' });
if (!policy) throw new Error('a provider is named');
const calls = new Map<string, number>();
const milliseconds: number[] = [];
for (let index = 0; index < rotations; index += 1) {
  const secret = new OneSecret(
    JSON.stringify({ api_key: clockwork.createKey(`old-${index}`).key }),
    Date.now,
  );
  const ports = {
    secrets: counted(secret as OneSecret, calls),
    provider: createClockworkKeyProvider({ url: clockwork.baseUrl }),
    policy,
    records: new OneRecord(),
    clock: { now: () => Date.now() },
  };
  const next = { key: clockwork.createKey(`new-${index}`).key, name: `new-${index}` };
  await stageKey(arn, next, { ...ports, secrets: secret, newToken: secret.newToken });
  const token = await secret.rotate();
  const began = performance.now();
  for (const step of rotationSteps) await takeStep({ step, secretId: arn, token }, ports);
  milliseconds.push(performance.now() - began);
}
await clockwork.stop();

const median = milliseconds.sort((a, b) => a - b)[rotations / 2] ?? 0;
const perRotation = (count: number): string => (count / rotations).toFixed(1);
const asked = clockwork.requests().length - rotations * 2;
process.stdout.write(
  `${[
    `${rotations} staged rotations, median ${median.toFixed(1)} ms each`,
    ...[...calls].sort().map(([call, count]) => `  Secrets Manager ${call.padEnd(10)} ${perRotation(count)}`),
    `  issuer                     ${perRotation(asked)} (staging asks 2 more)`,
  ].join('\n')}\n`,
);
