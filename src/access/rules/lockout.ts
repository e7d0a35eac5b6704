/** How many sign-ins may fail before the next has to wait, and how the wait grows. */
export interface LockoutRule {
  readonly freeFailures: number;
  readonly firstLockMs: number;
  readonly longestLockMs: number;
  /** Failures before that are forgotten. */
  readonly forgetAfterMs: number;
}

/** Of one name from one address: guessing is over soon, and keeps nobody else out. */
export const pairRule: LockoutRule = {
  freeFailures: 5,
  firstLockMs: 30_000,
  longestLockMs: 3_600_000,
  forgetAfterMs: 86_400_000,
};

/**
 * Of one name from everywhere: against guessing from many addresses. It begins late and stays short, because
 * whoever knows a name could otherwise keep its owner out.
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
