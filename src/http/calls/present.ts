import type { CallDetails, RecordedCall } from "../../callLog/database/callRow.ts";
import { presentNumberOrNull } from "../../access/rules/present.ts";
import { isoTime } from "../server/presenters.ts";
import type { Sight } from "../../access/rules/present.ts";

const timeOrNull = (atMs: number | null): string | null => (atMs === null ? null : isoTime(atMs));

/** The callee may have seen the caller's number. A proxy number is not masked anywhere. */
export const presentShownNumber = (
  { shownNumber, proxyNumber }: Pick<RecordedCall, "shownNumber" | "proxyNumber">,
  viewer: Sight,
): string | null => (shownNumber === proxyNumber ? shownNumber : presentNumberOrNull(shownNumber, viewer));

/** A recorded call in the API. The row's key stays private; numbers are masked for viewers without access. */
export function presentCall(call: RecordedCall, viewer: Sight) {
  const { id: _, startedAtMs, answeredAtMs, endedAtMs, ...rest } = call;
  return {
    ...rest,
    realNumber: presentNumberOrNull(rest.realNumber, viewer),
    shownNumber: presentShownNumber(rest, viewer),
    caller: presentNumberOrNull(rest.caller, viewer),
    startedAt: isoTime(startedAtMs),
    answeredAt: timeOrNull(answeredAtMs),
    endedAt: timeOrNull(endedAtMs),
  };
}

export function presentCallDetails({ timeline, ...call }: CallDetails, viewer: Sight) {
  return {
    ...presentCall(call, viewer),
    timeline:
      timeline?.map(([afterMs, event, state, sipCode]) => ({
        at: isoTime(call.startedAtMs + afterMs),
        event,
        state,
        sipCode: sipCode ?? null,
      })) ?? null,
  };
}
