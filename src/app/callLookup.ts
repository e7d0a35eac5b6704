import type { ErasedNumbers } from "../callLog/database/erasedNumbers.ts";
import { findNewestCall } from "../callLog/database/newestCall.ts";
import { createNewestCalls, type NewestCalls } from "../callLog/newestCalls.ts";
import type { CallLog } from "../callLog/types.ts";
import { trustedTrunks } from "../calls/active/rules/dialplanSettings.ts";
import { createCallLookup } from "../calls/lookUp.ts";
import type { CallLookup } from "../values/knownParties.ts";
import { isPremiumNumber } from "../values/premiumNumber.ts";
import type { Store } from "../store/types.ts";
import type { SharedParts } from "./bus.ts";
import type { Foundation } from "./foundation.ts";
import type { Numbers } from "./numbers.ts";

interface CallLookups {
  readonly lookup: CallLookup;
  readonly newestCalls: NewestCalls;
}

/** The lookups that decide a call: both parties' mappings, and the owner's newest call. */
export function createCallLookups(
  { settings, clock, logger }: Foundation,
  store: Store,
  { numbers, shared }: { readonly numbers: Numbers; readonly shared: SharedParts },
): CallLookups {
  const { inboundTrunks, returnCallMs, lookupTimeoutMs } = settings.calls;
  const trusted = new Set(trustedTrunks(inboundTrunks));
  const newestCalls = createNewestCalls({
    find: (owner, sinceMs) => findNewestCall(store, owner, sinceMs),
    link: shared.link,
    clock,
    logger,
    maxAgeMs: returnCallMs,
    timeoutMs: Math.ceil(lookupTimeoutMs * 0.4),
  });
  const lookup = createCallLookup({
    byProxyNumber: (number) => numbers.lookup.byProxyNumber(number),
    byEitherNumber: (number) => numbers.callers.find(number),
    newestParty: (owner) => newestCalls.party(owner),
    trustsCallers: (trunk) => trusted.has(trunk),
    nowMs: () => clock.nowMs(),
    isPremium: (number) => !settings.numbers.acceptPremium && isPremiumNumber(number),
  });
  return { lookup, newestCalls };
}

/** The call log for controllers: every record, theirs or Asterisk's, may be the newest call of its owner. */
export function notingNewestCalls(
  callLog: CallLog,
  newestCalls: NewestCalls,
  erased: ErasedNumbers,
): CallLog {
  callLog.listen((_callId, _line, record) => newestCalls.note(erased.without(record)));
  return {
    opened: (call) => callLog.opened(call),
    ended(record) {
      newestCalls.note(erased.without(record));
      callLog.ended(record);
    },
    openCalls: () => callLog.openCalls(),
    hasEnded: (callId) => callLog.hasEnded(callId),
    missing: (callId, found) => callLog.missing(callId, found),
    listen: (listener) => callLog.listen(listener),
  };
}
