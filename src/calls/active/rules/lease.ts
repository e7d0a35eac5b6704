/**
 * Which controller handles the calls of an Asterisk. The active one renews a lease, a value in a global variable of
 * that Asterisk; the others watch it. Times are milliseconds on the steady clock of this process.
 *
 * Asterisk cannot compare and set, so two controllers may write at the same time. The last writer wins: before a
 * controller becomes active, it reads its own value back. Should two be active for a moment nevertheless, Asterisk
 * tells the earlier one that its application was replaced.
 */

/** The variable in Asterisk. */
export const leaseVariable = "PP_LEASE";
/** The value after an orderly stop: the next controller need not wait. */
export const freeLease = "free:0";

/** The active controller renews its lease this often. */
export const renewEveryMs = 1_000;
/** A lease unchanged for this long is free; its holder has stopped acting by then. */
const leaseMs = 3_000;
/** A foreign value that stays unchanged this long was written by a controller that did not become active. */
const foreignMs = 2_000;

export type Lease =
  | {
      readonly role: "standby";
      /** The last value read, and since when it is the same; null before the first one. */
      readonly seen: Seen | null;
      /** A value that only this controller can have written: no other has been active since. */
      readonly own: Own | null;
    }
  /** The value is written and has to be read back. */
  | { readonly role: "taking"; readonly written: string; readonly sentMs: number }
  | {
      readonly role: "active";
      readonly written: string;
      /** When the last successful renewal was sent. */
      readonly renewedMs: number;
      /** Another controller's value, found in place of ours. */
      readonly foreign: Seen | null;
    };

/** `earlierLife`: any value of this holder, from before the process was started. */
type Own = "earlierLife" | { readonly value: string };

interface Seen {
  readonly value: string;
  readonly sinceMs: number;
}

export type LeaseFact =
  /** An unread answer may be old, so both ends of the request count. */
  | { readonly type: "read"; readonly value: string; readonly sentMs: number; readonly readMs: number }
  | {
      readonly type: "written";
      readonly purpose: "take" | "renew";
      readonly value: string;
      readonly sentMs: number;
    }
  /** Asterisk has given the application to another controller. */
  | { readonly type: "replaced" }
  /** Nothing has happened, or a request has failed. */
  | { readonly type: "time"; readonly nowMs: number };

/**
 * - `wait`: look again later.
 * - `take`: write a value of our own.
 * - `act`: this controller is active from now on.
 * - `renew`: write the next value.
 * - `renewAfresh`: the same, and Asterisk has lost its global variables.
 * - `pause`: the lease may have run out: stop acting. No other controller is known to be active.
 * - `standBy`: another controller is active.
 */
export type LeaseAction = "wait" | "take" | "act" | "renew" | "renewAfresh" | "pause" | "standBy";

interface LeaseStep {
  readonly lease: Lease;
  readonly action: LeaseAction;
}

/** A controller that has just started. */
export const startOfLease: Lease = { role: "standby", seen: null, own: "earlierLife" };

/** A controller that knows nothing about the lease and has no claim to it. */
export const watchingLease: Lease = { role: "standby", seen: null, own: null };

/** Whether an active controller may still act: no other one can be active before this is over. */
export function mayAct(lease: Lease, nowMs: number): boolean {
  return lease.role === "active" && nowMs - lease.renewedMs <= leaseMs;
}

/** The value that shows that no other controller has been active since this one; null if there is none. */
export function lastWritten(lease: Lease): string | null {
  if (lease.role === "active") return lease.written;
  // Paused: its subscriptions are still there.
  return lease.role === "standby" && lease.own !== null && lease.own !== "earlierLife"
    ? lease.own.value
    : null;
}

/** @param holder of this controller, see `holderOf`. */
export function nextLease(lease: Lease, fact: LeaseFact, holder: string): LeaseStep {
  switch (fact.type) {
    case "replaced":
      return standBy(null);
    case "time":
      return lease.role === "active" && !mayAct(lease, fact.nowMs)
        ? { lease: { role: "standby", seen: null, own: { value: lease.written } }, action: "pause" }
        : { lease, action: "wait" };
    case "written":
      return afterWrite(lease, fact);
    case "read":
      if (lease.role === "standby") return watch(lease, fact, holder);
      return lease.role === "taking" ? readBack(lease, fact) : readOwn(lease, fact);
  }
}

type Read = LeaseFact & { readonly type: "read" };

const standBy = (seen: Seen | null): LeaseStep => ({
  lease: { role: "standby", seen, own: null },
  action: "standBy",
});

function watch(
  lease: Lease & { readonly role: "standby" },
  { value, sentMs, readMs }: Read,
  holder: string,
): LeaseStep {
  const { seen, own } = lease;
  const take: LeaseStep = { lease, action: "take" };
  if (value === freeLease) return take;
  // Asterisk has just started, or the lease is still ours.
  if (own !== null && (value === "" || isOwn(value, own, holder))) return take;
  // An empty lease that had a holder was cleared by a reload of the dialplan: its holder will write it again.
  if (seen !== null && seen.value === value)
    return sentMs - seen.sinceMs >= leaseMs ? take : { lease, action: "wait" };
  const watching: Lease = { role: "standby", seen: { value, sinceMs: readMs }, own: null };
  // Another holder's value after our own: it has become active while this controller had paused.
  return { lease: watching, action: own !== null && own !== "earlierLife" ? "standBy" : "wait" };
}

const isOwn = (value: string, own: Own, holder: string): boolean =>
  own === "earlierLife" ? holderIn(value) === holder : own.value === value;

function readBack(lease: Lease & { readonly role: "taking" }, { value, readMs }: Read): LeaseStep {
  const { written, sentMs } = lease;
  if (value !== written) return standBy({ value, sinceMs: readMs });
  return { lease: { role: "active", written, renewedMs: sentMs, foreign: null }, action: "act" };
}

function readOwn(lease: Lease & { readonly role: "active" }, { value, readMs }: Read): LeaseStep {
  if (value === lease.written) return { lease, action: "renew" };
  if (value === "") return { lease, action: "renewAfresh" };
  if (lease.foreign === null)
    return { lease: { ...lease, foreign: { value, sinceMs: readMs } }, action: "wait" };
  if (lease.foreign.value !== value) return standBy({ value, sinceMs: readMs });
  return { lease, action: readMs - lease.foreign.sinceMs >= foreignMs ? "renew" : "wait" };
}

function afterWrite(lease: Lease, fact: LeaseFact & { readonly type: "written" }): LeaseStep {
  const { purpose, value, sentMs } = fact;
  if (purpose === "take") return { lease: { role: "taking", written: value, sentMs }, action: "wait" };
  // It may have been replaced while it was writing.
  if (lease.role !== "active") return { lease, action: "wait" };
  return { lease: { ...lease, written: value, renewedMs: sentMs, foreign: null }, action: "wait" };
}

/** `NODE/ID`: the name is for people, the ID for controllers. */
export const holderOf = (node: string, id: string): string => `${node}/${id}`;

export const leaseValue = (holder: string, counter: number): string => `${holder}:${counter}`;

const holderIn = (value: string): string => value.slice(0, Math.max(0, value.lastIndexOf(":")));

/** The name of the holder's node; null if the lease is free. */
export function nodeIn(value: string): string | null {
  if (value === "" || value === freeLease) return null;
  return holderIn(value).split("/", 1)[0] || null;
}

/** Whether the lease has a value that its holder has written since we know it. */
export const isRenewed = (before: Lease, value: string): boolean =>
  before.role !== "standby" || (before.seen !== null && before.seen.value !== value);
