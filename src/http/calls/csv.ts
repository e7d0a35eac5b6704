import type { RecordedCall } from "../../callLog/database/callRow.ts";
import { presentNumberOrNull } from "../../access/rules/present.ts";
import { phoneCell } from "../formats/phoneCell.ts";
import { zonedTimeOf } from "../../values/zonedTime.ts";
import { presentShownNumber } from "./present.ts";
import type { Sight } from "../../access/rules/present.ts";

type Cell = string | null;

const columns: readonly (readonly [
  header: (zone: string) => string,
  cell: (call: RecordedCall, zone: string) => Cell,
])[] = [
  [() => "call_id", ({ callId }) => callId],
  [(zone) => `started_at (${zone})`, ({ startedAtMs }, zone) => timeIn(startedAtMs, zone)],
  [(zone) => `answered_at (${zone})`, ({ answeredAtMs }, zone) => timeIn(answeredAtMs, zone)],
  [(zone) => `ended_at (${zone})`, ({ endedAtMs }, zone) => timeIn(endedAtMs, zone)],
  [() => "proxy_number", ({ proxyNumber }) => phoneCell(proxyNumber)],
  [() => "real_number", ({ realNumber }) => phoneCell(realNumber)],
  [() => "caller", ({ caller }) => phoneCell(caller)],
  [() => "shown_number", ({ shownNumber }) => phoneCell(shownNumber)],
  [() => "direction", ({ direction }) => direction],
  [() => "status", ({ status }) => status],
  [() => "reason", ({ reason }) => reason],
  [() => "ended_by", ({ endedBy }) => endedBy],
  [() => "ring_seconds", ({ ringSeconds }) => numberText(ringSeconds)],
  [() => "talk_seconds", ({ talkSeconds }) => numberText(talkSeconds)],
  [() => "sip_code", ({ sipCode }) => numberText(sipCode)],
  [() => "cause", ({ cause }) => numberText(cause)],
  [() => "inbound_trunk", ({ inboundTrunk }) => inboundTrunk],
  [() => "outbound_trunk", ({ outboundTrunk }) => outboundTrunk],
  [() => "asterisk", ({ asterisk }) => asterisk],
  [() => "node", ({ node }) => node],
];

/** Time columns name their time zone. */
export const callHeaders = (zone: string): string[] => columns.map(([header]) => header(zone));

/** The rows of the table, chunk by chunk. */
export async function* callRows(
  chunks: AsyncIterable<readonly RecordedCall[]>,
  zone: string,
  viewer: Sight,
): AsyncGenerator<Cell[][]> {
  const shown = (call: RecordedCall): RecordedCall => ({
    ...call,
    realNumber: presentNumberOrNull(call.realNumber, viewer),
    shownNumber: presentShownNumber(call, viewer),
    caller: presentNumberOrNull(call.caller, viewer),
  });
  for await (const chunk of chunks)
    yield chunk.map(shown).map((call) => columns.map(([, cell]) => cell(call, zone)));
}

const numberText = (value: number | null): Cell => (value === null ? null : String(value));

/** In a format for spreadsheets, to the second. */
function timeIn(atMs: number | null, zone: string): Cell {
  return atMs === null
    ? null
    : new Date(zonedTimeOf(atMs, zone)).toISOString().slice(0, 19).replace("T", " ") + offsetText(atMs, zone);
}

const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");

/** `+03:00`. */
function offsetText(atMs: number, zone: string): string {
  const minutes = Math.round((zonedTimeOf(atMs, zone) - atMs) / 60_000);
  return `${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}
