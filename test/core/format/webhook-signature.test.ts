import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { webhookSignature } from '../../../functions/core/format/webhook-signature.ts';
import { hostile } from '../../support/findings.ts';

const key = '0123456789abcdef0123456789abcdef';
const timestamp = 1_790_000_000;
const body = JSON.stringify({ id: 'inc-4f2a91c07d3e5b86', revision: 2, title: `${hostile} é 🔑` });
const signature = webhookSignature(key, timestamp, body);

it('is the HMAC-SHA256 of version, time and body', () => {
  const expected = createHmac('sha256', key).update(`v1:${timestamp}:${body}`).digest('hex');
  expect(signature).toBe(`v1=${expected}`);
});

describe('the examples of docs/webhook.md', () => {
  const page = readFileSync(new URL('../../../docs/webhook.md', import.meta.url), 'utf8');
  const exampleIn = (language: string) => page.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? '';
  const request = (changes: { signature?: string; timestamp?: string; body?: string; later?: number }) => ({
    headers: {
      'x-secrets-audit-timestamp': changes.timestamp ?? String(timestamp),
      'x-secrets-audit-signature': changes.signature ?? signature,
    },
    body: changes.body ?? body,
    key,
    seconds: timestamp + (changes.later ?? 2),
  });
  const requests = [
    request({}),
    request({ later: 299 }),
    request({ later: 301 }),
    request({ later: -301 }),
    request({ body: `${body} ` }),
    request({ timestamp: String(timestamp + 1) }),
    request({ timestamp: 'soon' }),
    request({ signature: webhookSignature(`${key}x`, timestamp, body) }),
    request({ signature: '' }),
    request({ signature: signature.replace(/.$/, 'é') }),
  ];
  const genuine = [true, true, ...requests.slice(2).map(() => false)];
  const run = (command: string, args: string[]): unknown =>
    JSON.parse(execFileSync(command, args, { input: JSON.stringify(requests), encoding: 'utf8' }));

  it('in Node accept what is signed, and nothing else', () => {
    const script = `import { readFileSync } from 'node:fs';
${exampleIn('js')}
console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(
  ({ headers, body, key, seconds }) => isGenuine(headers, body, key, seconds * 1000))));`;
    expect(run(process.execPath, ['--input-type=module', '-e', script])).toEqual(genuine);
  });

  it('in Python do the same', () => {
    const script = `import json, sys
${exampleIn('python')}
print(json.dumps([is_genuine(r["headers"], r["body"].encode(), r["key"], r["seconds"])
                  for r in json.load(sys.stdin)]))`;
    expect(run('python3', ['-c', script])).toEqual(genuine);
  });
});
