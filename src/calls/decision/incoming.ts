import type { CallQuestion } from "../../values/knownParties.ts";
import { phoneNumberOrNull, type PhoneNumber } from "../../values/phoneNumber.ts";

/** A call as the dialplan read it from the inbound trunk. */
export interface IncomingCall extends CallQuestion {
  /** ID of the caller's channel, and the account code of both legs. */
  readonly callId: string;
  readonly asterisk: string;
  /** As dialled, for the record. */
  readonly dialled: string;
  /** The call is one of our own outbound legs, forwarded back to us. */
  readonly cameBack: boolean;
  /**
   * The digits of its headers Diversion and History-Info; null if it has neither. Always null with `CONNECT=dial`, where
   * `[connect]` reads them itself.
   */
  readonly forwardedBy: string | null;
  /**
   * The number of a caller who withholds it, if the provider sends it nevertheless. It is compared with the dialled
   * number, with the owner's, and with fixed numbers, and never shown, recorded, or logged.
   */
  readonly withheldNumber: PhoneNumber | null;
  /** When it arrived. */
  readonly atMs: number;
}

type ReadByDialplan = Omit<IncomingCall, "callId" | "asterisk" | "atMs">;

/**
 * Reads the arguments of `Stasis(APP,in,DIALLED,PROXY,ALSO,TRUNK_IN,MARK,CALLER,FORWARDED,HIDDEN)`; null for anything else.
 * `MARK` is 1 if the call has the header of our own outbound legs, `FORWARDED` 1 and digits if it has that of a forwarded call.
 */
export function incomingOf(args: readonly string[]): ReadByDialplan | null {
  const [direction, dialled = "", proxy = "", also = "", inboundTrunk = "", mark = "", ...more] = args;
  if (direction !== "in") return null;
  const [caller = "", forwarded = "", hidden = ""] = more;
  return {
    inboundTrunk,
    dialled,
    proxyNumber: phoneNumberOrNull(proxy),
    secondReading: phoneNumberOrNull(also),
    callerNumber: caller === "" ? null : caller,
    cameBack: mark !== "",
    forwardedBy: forwarded === "" ? null : forwarded.slice(1),
    withheldNumber: caller === "" ? phoneNumberOrNull(hidden) : null,
  };
}
