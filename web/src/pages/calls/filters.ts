import type { CallDirection, CallStatus } from "../../../../src/values/callRecord.ts";
import { callDirections, callStatuses } from "../../../../src/values/callRecord.ts";
import type { CallSearch } from "../../api/client.ts";
import { namedPeriods, periodOf } from "../../format/periods.ts";
import type { NamedPeriod } from "../../format/periods.ts";
import { pageAddress, searchedFor, searching } from "../../pageAddress.ts";

/** `range`: custom start and end. */
type Period = NamedPeriod | "any" | "range";

/**
 * The search filter. It is in the URL; the searched text comes after the `#`, which servers and their logs never see.
 */
export interface CallFilter {
  readonly period: Period;
  /** Only with the period `range`: ISO 8601 in UTC, null for an open end. */
  readonly from: string | null;
  readonly to: string | null;
  /** Any of these; empty: any outcome. */
  readonly statuses: readonly CallStatus[];
  readonly direction: CallDirection | null;
  readonly trunk: string;
  /** Minimum and maximum talk time. */
  readonly minSeconds: number | null;
  readonly maxSeconds: number | null;
  readonly search: string;
}

export const noFilter: CallFilter = {
  period: "any",
  from: null,
  to: null,
  statuses: [],
  direction: null,
  trunk: "",
  minSeconds: null,
  maxSeconds: null,
  search: "",
};

const periods: readonly Period[] = [...namedPeriods, "any", "range"];
/** Same limit as on the server. */
const mostSeconds = 1_000_000;
const longestTrunk = 80;

/** Whole seconds; null for anything else, so that a mistyped URL filters by nothing. */
export function secondsOf(text: string | null): number | null {
  if (text === null || !/^\d{1,7}$/.test(text)) return null;
  const seconds = Number(text);
  return seconds <= mostSeconds ? seconds : null;
}

function timeOf(text: string | null): string | null {
  const at = new Date(text ?? "");
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

export function filterAt(query: URLSearchParams, hidden: URLSearchParams): CallFilter {
  const period = periods.find((one) => one === query.get("period")) ?? "any";
  const isRange = period === "range";
  return {
    period,
    from: isRange ? timeOf(query.get("from")) : null,
    to: isRange ? timeOf(query.get("to")) : null,
    statuses: callStatuses.filter((status) => query.getAll("status").includes(status)),
    direction: callDirections.find((direction) => direction === query.get("direction")) ?? null,
    trunk: (query.get("trunk") ?? "").slice(0, longestTrunk),
    minSeconds: secondsOf(query.get("talk")),
    maxSeconds: secondsOf(query.get("talkMost")),
    search: searchedFor(hidden),
  };
}

/** The URL of the list with this filter, on its first page. */
export function addressOf(filter: CallFilter): string {
  const query = new URLSearchParams();
  if (filter.period !== "any") query.set("period", filter.period);
  if (filter.period === "range" && filter.from !== null) query.set("from", filter.from);
  if (filter.period === "range" && filter.to !== null) query.set("to", filter.to);
  for (const status of filter.statuses) query.append("status", status);
  if (filter.direction !== null) query.set("direction", filter.direction);
  if (filter.trunk !== "") query.set("trunk", filter.trunk);
  if (filter.minSeconds !== null) query.set("talk", String(filter.minSeconds));
  if (filter.maxSeconds !== null) query.set("talkMost", String(filter.maxSeconds));
  return pageAddress("/app/calls", query, searching(filter.search));
}

function timesOf(
  { period, from, to }: CallFilter,
  now: Date,
): { readonly from: string | null; readonly to: string | null } {
  if (period === "range") return { from, to };
  return period === "any" ? { from: null, to: null } : periodOf(period, now);
}

export function searchOf(filter: CallFilter, now: Date): CallSearch {
  const { from, to } = timesOf(filter, now);
  return {
    ...(from !== null && { from }),
    ...(to !== null && { to }),
    ...(filter.statuses.length > 0 && { status: filter.statuses }),
    ...(filter.direction !== null && { direction: filter.direction }),
    ...(filter.trunk !== "" && { trunk: filter.trunk }),
    ...(filter.minSeconds !== null && { minSeconds: filter.minSeconds }),
    ...(filter.maxSeconds !== null && { maxSeconds: filter.maxSeconds }),
    ...(filter.search.trim() !== "" && { search: filter.search.trim() }),
  };
}

/** Why the filter cannot match anything; null if it can. */
export function contradictionOf(filter: CallFilter): "times" | "durations" | null {
  const { from, to, minSeconds, maxSeconds } = filter;
  if (from !== null && to !== null && from >= to) return "times";
  if (minSeconds !== null && maxSeconds !== null && minSeconds > maxSeconds) return "durations";
  return null;
}
