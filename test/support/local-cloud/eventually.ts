import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until there is an answer, or fails with what it waited for. */
export async function eventually<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined | false>,
  timeoutSeconds = 15,
): Promise<Answer> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${timeoutSeconds} s: ${what}`);
    await sleep(100);
  }
}
