import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { CallOnTrunk } from "../record/timeline.ts";

/**
 * How many legs that show the same number may ring for one proxy number. `[connect]` of the dialplan also counts answered ones.
 * Several callers may share a number, or have none.
 */
const mostAlike = 10;

interface Arriving {
  /** null if withheld. */
  readonly callerNumber: string | null;
  readonly proxyNumber: PhoneNumber | null;
  /** null if the network does not say that it was forwarded. */
  readonly forwardedBy: string | null;
}

/**
 * Ends the loop of a leg that shows its caller's number and is forwarded back to us by networks that drop our mark: at
 * once if the network says that it was forwarded, else by the number of legs that look alike. Legs that show a proxy
 * number need no such limit, because proxy numbers never place calls.
 */
export class LoopDetector {
  /** Shown numbers of ringing legs, by proxy number and call ID. */
  readonly #ringing = new Map<PhoneNumber, Map<string, string | null>>();

  /** Call for every transition. */
  track(call: CallOnTrunk): void {
    const { callId, proxyNumber, realNumber, presentedNumber, state } = call;
    if (proxyNumber === null) return;
    const legs = this.#ringing.get(proxyNumber);
    if (realNumber !== null && (state === "dialling" || state === "ringing")) {
      if (legs === undefined) this.#ringing.set(proxyNumber, new Map([[callId, presentedNumber]]));
      else legs.set(callId, presentedNumber);
    } else if (legs?.delete(callId) === true && legs.size === 0) this.#ringing.delete(proxyNumber);
  }

  /** Whether legs that look like this call ring, and it must be one of them. */
  comesBack({ callerNumber, proxyNumber, forwardedBy }: Arriving): boolean {
    const legs = proxyNumber === null ? undefined : this.#ringing.get(proxyNumber);
    if (legs === undefined) return false;
    let alike = 0;
    for (const shown of legs.values()) if (shown === callerNumber) alike += 1;
    return alike >= (forwardedBy === null ? mostAlike : 1);
  }
}
