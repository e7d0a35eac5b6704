import type { CallStatus, StatusReason } from "../values/callRecord.ts";
import type { PartHealth } from "../ops/types.ts";

/** A call of an inbound trunk that has been decided. */
export interface ArrivedCall {
  readonly callId: string;
  readonly atMs: number;
  readonly status: CallStatus;
  readonly reason: StatusReason | null;
  /** Whether anything was dialled. */
  readonly dialled: boolean;
}

/** Arrivals on an inbound trunk, as seen by one instance. */
interface InboundTrunkWatch {
  readonly health: PartHealth;
  /** null: none yet. */
  readonly lastCallAtMs: number | null;
  readonly lastRefusalAtMs: number | null;
  /** A call may be told twice, by the controller and by Asterisk's line. */
  see(call: ArrivedCall): void;
}

/** This many calls in a row to unknown numbers mean that the numbers arrive in another form, or at the wrong place. */
const suspiciousCalls = 3;
const remembered = 20;

const dialledNothing: ReadonlySet<CallStatus> = new Set([
  "unknown_number",
  "disabled",
  "expired",
  "quarantined",
  "loop",
  "own_number",
  "overload",
  "limited",
  "failed",
]);

/** Whether the call was refused here, not by the callee or the outbound trunk. */
const isRefusal = ({ status, dialled }: ArrivedCall): boolean => !dialled && dialledNothing.has(status);

/** @param isListed whether the settings name the trunk. If not, its callers are not trusted. */
export function createInboundTrunkWatch(trunk: string, isListed = true): InboundTrunkWatch {
  /** The newest first. */
  let newest: readonly ArrivedCall[] = [];
  let refusal: ArrivedCall | null = null;

  /** How many of the newest calls were to unknown numbers. */
  function unknownInARow(): number {
    const known = newest.findIndex(({ status }) => status !== "unknown_number");
    return known < 0 ? newest.length : known;
  }

  return {
    get health(): PartHealth {
      const [last] = newest;
      if (last === undefined) return { status: "off", detail: `No call on trunk ${trunk} yet.` };
      const told = [`Trunk ${trunk}: last call at ${isoTime(last.atMs)}.`];
      if (refusal !== null) {
        const { status, reason, atMs } = refusal;
        told.push(`Last refusal at ${isoTime(atMs)}: ${reason ?? status}.`);
      }
      const isSuspicious = unknownInARow() >= suspiciousCalls;
      if (isSuspicious) told.push("The newest calls were all to unknown numbers.");
      if (!isListed) told.push("It is not in INBOUND_TRUNKS, so its callers are not trusted.");
      return { status: isSuspicious || !isListed ? "degraded" : "up", detail: told.join(" ") };
    },
    get lastCallAtMs() {
      return newest[0]?.atMs ?? null;
    },
    get lastRefusalAtMs() {
      return refusal?.atMs ?? null;
    },
    see(call) {
      newest = [call, ...newest.filter(({ callId }) => callId !== call.callId)]
        .toSorted((one, other) => other.atMs - one.atMs)
        .slice(0, remembered);
      if (isRefusal(call) && call.atMs >= (refusal?.atMs ?? -Infinity)) refusal = call;
    },
  };
}

const isoTime = (ms: number): string => new Date(ms).toISOString();
