import type { CallStatus } from "../../../../src/domain/callRecord.ts";
import { callStatuses } from "../../../../src/domain/callRecord.ts";
import type { CallSearch } from "../../api/client.ts";

export type Period = "today" | "week" | "month" | "any";

/** What the person looks for. The number is kept out of addresses, which end up in logs and histories. */
export interface CallFilter {
  readonly period: Period;
  readonly status: CallStatus | null;
  readonly trunk: string;
  readonly minSeconds: number | null;
  readonly number: string;
}

export const noFilter: CallFilter = { period: "any", status: null, trunk: "", minSeconds: null, number: "" };

const periods: readonly Period[] = ["today", "week", "month", "any"];

export function filterOf(query: URLSearchParams): CallFilter {
  const minSeconds = Number(query.get("talk") ?? Number.NaN);
  return {
    period: periods.find((period) => period === query.get("period")) ?? "any",
    status: callStatuses.find((status) => status === query.get("status")) ?? null,
    trunk: query.get("trunk") ?? "",
    minSeconds: Number.isInteger(minSeconds) && minSeconds >= 0 ? minSeconds : null,
    number: "",
  };
}

export function queryOf(filter: CallFilter): string {
  const query = new URLSearchParams();
  if (filter.period !== "any") query.set("period", filter.period);
  if (filter.status !== null) query.set("status", filter.status);
  if (filter.trunk !== "") query.set("trunk", filter.trunk);
  if (filter.minSeconds !== null) query.set("talk", String(filter.minSeconds));
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** Begin of the period in the viewer's zone. */
function beginOf(period: Period, now: Date): string | null {
  if (period === "any") return null;
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  if (period === "week") day.setDate(day.getDate() - 6);
  if (period === "month") day.setDate(day.getDate() - 29);
  return day.toISOString();
}

export function searchOf(filter: CallFilter, now: Date): CallSearch {
  const from = beginOf(filter.period, now);
  return {
    ...(from !== null && { from }),
    ...(filter.status !== null && { status: [filter.status] }),
    ...(filter.trunk !== "" && { trunk: filter.trunk }),
    ...(filter.minSeconds !== null && { minSeconds: filter.minSeconds }),
    ...(filter.number.trim() !== "" && { number: filter.number.trim() }),
  };
}
