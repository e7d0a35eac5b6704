import type { Owner } from "../callLog/rules/newestCall.ts";
import type { Lookup } from "../values/mapping.ts";
import { isPhoneNumber, type PhoneNumber } from "../values/phoneNumber.ts";
import type { CallLookup, CallQuestion, KnownCaller } from "../values/knownParties.ts";

type FindMapping = (number: PhoneNumber) => Promise<Lookup>;

interface CallLookupParts {
  /** The mapping of a proxy number. */
  readonly byProxyNumber: FindMapping;
  /** The mapping that has this number on either side. May be a few seconds old. */
  readonly byEitherNumber: FindMapping;
  /** The other party of the newest call through the owner's proxy number; null if there is none. */
  readonly newestParty: (owner: Owner) => Promise<PhoneNumber | null>;
  /** Whether callers on this inbound trunk cannot forge their number. */
  readonly trustsCallers: (inboundTrunk: string) => boolean;
  readonly nowMs: () => number;
  /** Whether a number is too expensive to be dialled. */
  readonly isPremium: (number: PhoneNumber) => boolean;
}

const stranger: KnownCaller = { isProxy: false, ownNumber: null };

/** Looks up both parties at the same time. */
export function createCallLookup(parts: CallLookupParts): CallLookup {
  const { byProxyNumber, byEitherNumber, newestParty, trustsCallers, nowMs, isPremium } = parts;

  /** The second reading counts only if the first one is unknown. */
  async function dialled({ proxyNumber, secondReading }: CallQuestion): Promise<Lookup> {
    const first: Lookup = proxyNumber === null ? { kind: "unknown" } : await byProxyNumber(proxyNumber);
    return first.kind === "unknown" && secondReading !== null ? byProxyNumber(secondReading) : first;
  }

  async function callerOf(number: string | null, isTrusted: boolean): Promise<KnownCaller> {
    if (number === null || !isPhoneNumber(number)) return stranger;
    const found = await byEitherNumber(number);
    if (found.kind !== "found") return stranger;
    const { proxyNumber } = found.mapping;
    if (proxyNumber === number) return { isProxy: true, ownNumber: null };
    return isTrusted && (await isActivePair(proxyNumber, number))
      ? { isProxy: false, ownNumber: proxyNumber }
      : stranger;
  }

  /** The lookup by real number may be out of date; the one by proxy number is not. */
  async function isActivePair(proxyNumber: PhoneNumber, realNumber: PhoneNumber): Promise<boolean> {
    const now = await byProxyNumber(proxyNumber);
    if (now.kind !== "found") return false;
    const { state, expiresAtMs, realNumber: ownersNumber } = now.mapping;
    const isActive = state === "active" && (expiresAtMs === null || expiresAtMs > nowMs());
    return isActive && ownersNumber === realNumber;
  }

  /**
   * The number that a return call of this caller reaches. It is dialled like any real number, so it must be neither
   * expensive nor one of our proxy numbers. During an outage no lookup can tell, but no call from a proxy number is ever
   * connected.
   */
  async function partyOf(found: Lookup, callerNumber: string | null): Promise<PhoneNumber | null> {
    if (found.kind !== "found" || callerNumber !== found.mapping.realNumber) return null;
    const { proxyNumber, realNumber } = found.mapping;
    const party = realNumber === null ? null : await newestParty({ proxyNumber, realNumber });
    if (party === null || isPremium(party)) return null;
    const known = await byEitherNumber(party);
    return known.kind === "found" && known.mapping.proxyNumber === party ? null : party;
  }

  return {
    async known(call) {
      const { callerNumber, inboundTrunk } = call;
      const isTrusted = trustsCallers(inboundTrunk);
      const finding = dialled(call);
      const [found, caller, party] = await Promise.all([
        finding,
        callerOf(callerNumber, isTrusted),
        isTrusted ? finding.then((lookup) => partyOf(lookup, callerNumber)) : null,
      ]);
      if (found.kind !== "found") return found;
      const { mapping } = found;
      const isCostly = mapping.realNumber !== null && isPremium(mapping.realNumber);
      return { kind: "found", mapping, caller, returnTo: party, isPremium: isCostly };
    },
  };
}
