import type { CallQuestion } from "../../values/knownParties.ts";
import { isPhoneNumber } from "../../values/phoneNumber.ts";

/** A call as the dialplan read it from the inbound trunk. */
export interface IncomingCall extends CallQuestion {
  /** ID of the caller's channel, and the account code of both legs. */
  readonly callId: string;
  readonly asterisk: string;
  /** As dialled, for the record. */
  readonly dialled: string;
  /** The call is one of our own outbound legs, forwarded back to us. */
  readonly cameBack: boolean;
  /** When it arrived. */
  readonly atMs: number;
}

type ReadByDialplan = Omit<IncomingCall, "callId" | "asterisk" | "atMs">;

/**
 * Reads the arguments of `Stasis(APP,in,DIALLED,PROXY,ALSO,TRUNK_IN,MARK,CALLER)`; null for anything else.
 * `MARK` is 1 if the call has the header of our own outbound legs.
 */
export function incomingOf(args: readonly string[]): ReadByDialplan | null {
  const [direction, dialled = "", proxy = "", also = "", inboundTrunk = "", mark = "", caller = ""] = args;
  if (direction !== "in") return null;
  return {
    inboundTrunk,
    dialled,
    proxyNumber: isPhoneNumber(proxy) ? proxy : null,
    secondReading: isPhoneNumber(also) ? also : null,
    callerNumber: caller === "" ? null : caller,
    cameBack: mark !== "",
  };
}
