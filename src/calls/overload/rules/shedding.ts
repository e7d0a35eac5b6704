/** Observations from the arrivals of one turn. */
interface Turn {
  readonly arrivals: number;
  readonly turnMs: number;
  /** How long the median call took from its INVITE to the controller; null without arrivals. */
  readonly delayMs: number | null;
}

export interface Shedding {
  /** Of the new calls, how many the dialplan refuses. */
  readonly percent: number;
  /** Turns in a row in which too many calls came too late. */
  readonly lateTurns: number;
}

export const sheddingNothing: Shedding = { percent: 0, lateTurns: 0 };

/** If fewer calls than this wait, a slow machine serves them all, though late. */
const fewestWaiting = 30;
/** A stall makes the calls of one turn late. Overload makes those of the next turns late as well. */
const lateTurnsOfOverload = 3;
const firstPercent = 50;
/**
 * At most half a second may pass until a call is set up, and this is the first part of it. It is short, because what is
 * refused now shortens only the delay of calls that come later.
 */
const lateMs = 60;
const promptMs = 30;
/** The share of the calls still served that is refused as well while they come late. */
const cut = 0.3;
const mostPercent = 95;
const recoveredPercent = 3;

/** Refuses as many calls as it takes to serve the others in time. */
export function nextShedding(before: Shedding, turn: Turn): Shedding {
  const { percent } = before;
  if (percent > 0) return { percent: adjusted(percent, turn.delayMs), lateTurns: 0 };
  const lateTurns = isBehind(turn) ? before.lateTurns + 1 : 0;
  return lateTurns < lateTurnsOfOverload ? { percent, lateTurns } : { percent: firstPercent, lateTurns: 0 };
}

function isBehind({ arrivals, turnMs, delayMs }: Turn): boolean {
  return delayMs !== null && delayMs > lateMs && (arrivals / turnMs) * delayMs >= fewestWaiting;
}

function adjusted(percent: number, delayMs: number | null): number {
  if (delayMs !== null && delayMs > lateMs)
    return Math.min(mostPercent, Math.round(percent + (100 - percent) * cut));
  return delayMs === null || delayMs < promptMs ? Math.max(0, percent - recoveredPercent) : percent;
}
