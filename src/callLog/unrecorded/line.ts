import { type CallRecord, callStatuses, recordSources, statusReasons } from "../../values/callRecord.ts";

const seconds = (fromMs: number, toMs: number): number => Math.max(0, Math.round((toMs - fromMs) / 1000));

/**
 * Parses a call as written by the context `record` of `asterisk/extensions.conf`; null if the line is not one.
 * Columns: call ID, proxy number, real number, caller, start, end, seconds from the answer, status, reason, cause,
 * inbound trunk, and outbound trunk. Values contain no commas.
 */
export function unrecordedCallOf(line: string): CallRecord | null {
  const columns = line.split(",");
  if (columns.length !== 12) return null;
  const [callId = "", proxyNumber = "", realNumber = "", callerId = "", start = "", end = ""] = columns;
  const [talk = "", status = "", reason = "", cause = "", inboundTrunk = "", outboundTrunk = ""] =
    columns.slice(6);
  const startedAtMs = Date.parse(start);
  const endedAtMs = Date.parse(end);
  const talkSeconds = Number(talk);
  const knownStatus = callStatuses.find((known) => known === status);
  const isWhole =
    callId !== "" &&
    knownStatus !== undefined &&
    Number.isFinite(startedAtMs + endedAtMs) &&
    /^\d+$/u.test(talk) &&
    /^\d*$/u.test(proxyNumber + realNumber + cause);
  if (!isWhole) return null;
  const answeredAtMs =
    knownStatus === "answered" ? Math.max(startedAtMs, endedAtMs - talkSeconds * 1000) : null;
  return {
    callId,
    source: recordSources.asterisk,
    proxyNumber,
    realNumber: realNumber || null,
    shownNumber: null,
    callerId,
    startedAtMs,
    answeredAtMs,
    endedAtMs,
    ringSeconds: seconds(startedAtMs, answeredAtMs ?? endedAtMs),
    talkSeconds,
    status: knownStatus,
    statusReason: statusReasons.find((known) => known === reason) ?? null,
    endedBy: null,
    sipCode: null,
    cause: cause === "" ? null : Number(cause),
    inboundTrunk,
    outboundTrunk: outboundTrunk || null,
    // If a controller started the call, its record contains these.
    asterisk: "",
    node: "",
    timeline: null,
  };
}
