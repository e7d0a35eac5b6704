import type { CallOnTrunk } from "./record/timeline.ts";
import type { PhoneNumber } from "../values/phoneNumber.ts";

/**
 * The number of callers without a caller ID that may ring one proxy number at the same time, because they cannot be
 * told apart.
 */
const maxWithheld = 3;

interface Arriving {
  /** null if withheld. */
  readonly callerNumber: string | null;
  readonly proxyNumber: PhoneNumber | null;
}

/** The caller ID and target of a leg while it can still be forwarded. */
interface RingingLeg {
  readonly shown: string | null;
  readonly proxyNumber: PhoneNumber;
  readonly realNumber: PhoneNumber;
}

/**
 * Detects our own calls that are forwarded back while ringing, for networks that drop our mark. Shared by the
 * controllers of a process: a call may leave through one Asterisk and come back through another.
 */
export class LoopDetector {
  /** Legs by proxy number; few ring for one number at a time. */
  readonly #ringing = new Map<PhoneNumber, Map<string, RingingLeg>>();
  /** How many legs show each proxy number. */
  readonly #shownProxies = new Map<string, number>();

  /** Call for every transition. `rings`: whether a leg of the call can still be forwarded. */
  track(call: CallOnTrunk, rings = isDialled(call)): void {
    const leg = rings ? ringingLeg(call) : null;
    const { callId, proxyNumber } = call;
    if (proxyNumber === null) return;
    const known = this.#ringing.get(proxyNumber);
    const before = known?.get(callId);
    if (leg === null && before !== undefined && known !== undefined) {
      known.delete(callId);
      if (known.size === 0) this.#ringing.delete(proxyNumber);
      this.#count(before, -1);
    } else if (leg !== null && before === undefined) {
      if (known === undefined) this.#ringing.set(proxyNumber, new Map([[callId, leg]]));
      else known.set(callId, leg);
      this.#count(leg, 1);
    }
  }

  /**
   * Whether this call is one of ours, forwarded back. It shows what the leg showed or, in some networks, the number
   * that forwards it. If a caller hangs up and calls again, the first leg is already gone.
   */
  comesBack({ callerNumber, proxyNumber }: Arriving): boolean {
    // Proxy numbers never place calls.
    if (callerNumber !== null && (callerNumber === proxyNumber || this.#shownProxies.has(callerNumber)))
      return true;
    let withheld = 0;
    for (const { shown, realNumber } of this.#legsTo(proxyNumber)) {
      if (callerNumber === null) withheld += shown === null ? 1 : 0;
      else if (callerNumber === shown || callerNumber === realNumber) return true;
    }
    return withheld >= maxWithheld;
  }

  #legsTo(proxyNumber: PhoneNumber | null): Iterable<RingingLeg> {
    return (proxyNumber === null ? undefined : this.#ringing.get(proxyNumber))?.values() ?? [];
  }

  #count({ shown, proxyNumber }: RingingLeg, difference: 1 | -1): void {
    if (shown !== proxyNumber) return;
    const count = (this.#shownProxies.get(shown) ?? 0) + difference;
    if (count === 0) this.#shownProxies.delete(shown);
    else this.#shownProxies.set(shown, count);
  }
}

const isDialled = ({ state }: CallOnTrunk): boolean => state === "dialling" || state === "ringing";

const ringingLeg = ({ proxyNumber, realNumber, presentedNumber }: CallOnTrunk): RingingLeg | null =>
  proxyNumber === null || realNumber === null ? null : { shown: presentedNumber, proxyNumber, realNumber };
