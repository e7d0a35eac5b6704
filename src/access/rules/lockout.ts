/** How many failed sign-ins are free, and how the wait grows after them. */
export interface LockoutRule {
  readonly freeFailures: number;
  readonly firstLockMs: number;
  readonly longestLockMs: number;
  /** Older failures are forgotten. */
  readonly forgetAfterMs: number;
}

/** For one name from one address: stops guessing early, without affecting others. */
export const pairRule: LockoutRule = {
  freeFailures: 5,
  firstLockMs: 30_000,
  longestLockMs: 3_600_000,
  forgetAfterMs: 86_400_000,
};

/**
 * For one name from all addresses: against distributed guessing. Starts late and stays short, because otherwise
 * anyone who knows a name could lock its owner out.
 */
export const nameRule: LockoutRule = {
  freeFailures: 50,
  firstLockMs: 30_000,
  longestLockMs: 300_000,
  forgetAfterMs: 86_400_000,
};

export interface Failures {
  readonly count: number;
  readonly lastAtMs: number;
  readonly lockedUntilMs: number;
}

/** The failures after one more. */
export function failedAgain(before: Failures | null, atMs: number, rule: LockoutRule): Failures {
  const remembered = before !== null && atMs - before.lastAtMs < rule.forgetAfterMs ? before.count : 0;
  const count = remembered + 1;
  const beyond = count - rule.freeFailures;
  const lockMs = beyond < 0 ? 0 : Math.min(rule.longestLockMs, rule.firstLockMs * 2 ** Math.min(beyond, 30));
  return { count, lastAtMs: atMs, lockedUntilMs: atMs + lockMs };
}
