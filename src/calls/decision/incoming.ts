import { isPhoneNumber, type PhoneNumber } from "../../values/phoneNumber.ts";

/** A call as the dialplan read it from the inbound trunk. */
export interface IncomingCall {
  /** ID of the caller's channel, and the account code of both legs. */
  readonly callId: string;
  readonly asterisk: string;
  readonly inboundTrunk: string;
  /** As dialled, for the record. */
  readonly dialled: string;
  /** The dialled number in E.164; null if it cannot be one. */
  readonly proxyNumber: PhoneNumber | null;
  /** A second reading of the dialled digits, for a number that the first one does not find. */
  readonly secondReading: PhoneNumber | null;
  /** In E.164 where possible; null if withheld. */
  readonly callerNumber: string | null;
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
