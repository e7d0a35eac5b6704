import { dayMs } from "../../values/durations.ts";

/** How many failed attempts are free, and how the wait grows after them. */
export interface LockoutRule {
  readonly freeFailures: number;
  readonly firstLockMs: number;
  readonly longestLockMs: number;
  /** Older failures are forgotten. */
  readonly forgetAfterMs: number;
}

/** For one user from one address, or in one session: only its own failures make it wait. */
export const lockRule: LockoutRule = {
  freeFailures: 5,
  firstLockMs: 30_000,
  longestLockMs: 3_600_000,
  forgetAfterMs: dayMs,
};

/**
 * For the codes of one user from all addresses new to that user, given the right password: with a stolen password and
 * enough addresses, a code could be guessed. Recovery codes cannot be guessed and are not counted, so the owner can still
 * sign in anywhere.
 */
export const codeRule: LockoutRule = { ...lockRule, freeFailures: 20 };

/**
 * How many failures of one user from all addresses are free, and how long an attempt then waits before it is tried.
 * Never refuses: otherwise anyone who knows a name could keep its owner out.
 */
interface SlowingRule {
  readonly freeFailures: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  readonly forgetAfterMs: number;
}

const slowingRule: SlowingRule = {
  freeFailures: 20,
  firstWaitMs: 250,
  longestWaitMs: 4000,
  forgetAfterMs: 3_600_000,
};

export interface Failures {
  readonly count: number;
  readonly lastAtMs: number;
  readonly lockedUntilMs: number;
}

/** The failures after one more. */
export function failedAgain(before: Failures | null, atMs: number, rule: LockoutRule): Failures {
  const count = countedAgain(before, atMs, rule);
  const beyond = count - rule.freeFailures;
  const lockMs = Math.min(rule.longestLockMs, rule.firstLockMs * 2 ** Math.min(beyond, 30));
  // Not the current time: the clock of another instance may be behind.
  return { count, lastAtMs: atMs, lockedUntilMs: beyond < 0 ? 0 : atMs + lockMs };
}

/** The failures from all addresses after one more, which lock nothing. */
export const failedAnywhere = (before: Failures | null, atMs: number): Failures => ({
  count: countedAgain(before, atMs, slowingRule),
  lastAtMs: atMs,
  lockedUntilMs: 0,
});

/** How long the attempt with this count waits. */
export function slowedByMs(count: number): number {
  const { freeFailures, firstWaitMs, longestWaitMs } = slowingRule;
  const beyond = count - freeFailures - 1;
  return beyond < 0 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(beyond, 30));
}

/** The failures after an attempt, counted in advance, turned out to be none. An attempt is only begun while nothing is locked. */
export const oneFewer = ({ count, lastAtMs }: Failures): Failures => ({
  count: Math.max(0, count - 1),
  lastAtMs,
  lockedUntilMs: 0,
});

function countedAgain(
  before: Failures | null,
  atMs: number,
  { forgetAfterMs }: Pick<LockoutRule, "forgetAfterMs">,
): number {
  return (before !== null && atMs - before.lastAtMs < forgetAfterMs ? before.count : 0) + 1;
}
