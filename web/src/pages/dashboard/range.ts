import { periodOf } from "../../format/periods.ts";

/** `range`: custom start and end. */
export type Period = "day" | "week" | "month" | "range";

export interface Range {
  readonly period: Period;
  /** Only with the period `range`: ISO 8601 in UTC, null for an open end. */
  readonly from: string | null;
  readonly to: string | null;
}

export interface Span {
  readonly from: string;
  readonly to: string;
  readonly step: "hour" | "day";
}

const dayMs = 86_400_000;
const periods: readonly Period[] = ["day", "week", "month", "range"];
/** Maximum number of columns in a readable chart. */
const mostHours = 8 * 24;
/** Same limit as on the server. */
const mostDays = 3_700;

function timeOf(text: string | null): string | null {
  const at = new Date(text ?? "");
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

export function rangeOf(query: URLSearchParams): Range {
  const period = periods.find((one) => one === query.get("period")) ?? "day";
  if (period !== "range") return { period, from: null, to: null };
  return { period, from: timeOf(query.get("from")), to: timeOf(query.get("to")) };
}

export function queryOf({ period, from, to }: Range): string {
  const query = new URLSearchParams();
  if (period !== "day") query.set("period", period);
  if (period === "range" && from !== null) query.set("from", from);
  if (period === "range" && to !== null) query.set("to", to);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** The range to request, or why it is invalid. An open start is one day before the end. */
export function spanOf({ period, from, to }: Range, nowMs: number): Span | "upsideDown" | "tooLong" {
  const toMs = to === null ? nowMs : Date.parse(to);
  const begin = period === "week" || period === "month" ? periodOf(period, new Date(nowMs)).from : from;
  const fromMs = begin === null ? toMs - dayMs : Date.parse(begin);
  if (fromMs >= toMs) return "upsideDown";
  if (toMs - fromMs > mostDays * dayMs) return "tooLong";
  const step = (toMs - fromMs) / 3_600_000 > mostHours ? "day" : "hour";
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), step };
}

const daysOf: Readonly<Record<Exclude<Period, "range">, number>> = { day: 1, week: 7, month: 30 };

/** The span of the same length before this one, at the same times of the day. */
export function spanBefore({ from, to, step }: Span, { period }: Pick<Range, "period">): Span {
  const lengthMs = Date.parse(to) - Date.parse(from);
  const earlier = (text: string): string => {
    const at = new Date(text);
    if (period === "range") return new Date(at.getTime() - lengthMs).toISOString();
    at.setDate(at.getDate() - daysOf[period]);
    return at.toISOString();
  };
  return { from: earlier(from), to: earlier(to), step };
}
