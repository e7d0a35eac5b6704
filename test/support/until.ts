import { setTimeout as delay } from "node:timers/promises";

/**
 * Polls for a fact without an event. Rejects if it has not come true in time. The default suits a slow and busy machine;
 * a shorter time is for a promise that has a deadline.
 */
export async function until(
  fact: () => boolean | Promise<boolean>,
  { timeoutMs = 30_000, everyMs = 5 } = {},
): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await fact())) {
    if (performance.now() > giveUpAt)
      throw new Error(`Not true within ${timeoutMs} ms: ${fact.toString().replaceAll(/\s+/gu, " ")}`);
    await delay(everyMs);
  }
}
