import { auditActions } from "../../../../src/access/types.ts";
import type { AuditAction } from "../../../../src/access/types.ts";
import { namedPeriods, periodOf } from "../../format/periods.ts";
import type { NamedPeriod } from "../../format/periods.ts";
import { pageAddress } from "../../pageAddress.ts";

type AuditPeriod = NamedPeriod | "any" | "span";

/** The search filter. It contains no phone number, so all of it is in the URL. */
export interface AuditFilter {
  readonly action: AuditAction | null;
  readonly userId: number | null;
  readonly period: AuditPeriod;
  /** Of a custom range, ISO 8601 in UTC; null for an open end. */
  readonly from: string | null;
  readonly to: string | null;
}

export const noFilter: AuditFilter = { action: null, userId: null, period: "any", from: null, to: null };

const periods: readonly AuditPeriod[] = [...namedPeriods, "any", "span"];

function timeIn(query: URLSearchParams, name: string): string | null {
  const atMs = Date.parse(query.get(name) ?? "");
  return Number.isNaN(atMs) ? null : new Date(atMs).toISOString();
}

export function filterOf(query: URLSearchParams): AuditFilter {
  const userId = Number(query.get("user") ?? Number.NaN);
  return {
    action: auditActions.find((action) => action === query.get("action")) ?? null,
    userId: Number.isInteger(userId) && userId > 0 ? userId : null,
    period: periods.find((period) => period === query.get("period")) ?? "any",
    from: timeIn(query, "from"),
    to: timeIn(query, "to"),
  };
}

/** URL of the page with this filter. */
export function addressOf(filter: AuditFilter): string {
  const query = new URLSearchParams();
  if (filter.action !== null) query.set("action", filter.action);
  if (filter.userId !== null) query.set("user", String(filter.userId));
  if (filter.period !== "any") query.set("period", filter.period);
  if (filter.period === "span" && filter.from !== null) query.set("from", filter.from);
  if (filter.period === "span" && filter.to !== null) query.set("to", filter.to);
  return pageAddress("/app/admin/audit", query);
}

function timesOf(filter: AuditFilter, now: Date): { readonly from?: string; readonly to?: string } {
  switch (filter.period) {
    case "any":
      return {};
    case "span":
      return {
        ...(filter.from !== null && { from: filter.from }),
        ...(filter.to !== null && { to: filter.to }),
      };
    default: {
      const { from, to } = periodOf(filter.period, now);
      return { from, ...(to !== null && { to }) };
    }
  }
}

/** The query for the API. */
export function queryOf(filter: AuditFilter, now: Date) {
  return {
    ...(filter.action !== null && { action: [filter.action] }),
    ...(filter.userId !== null && { userId: filter.userId }),
    ...timesOf(filter, now),
  };
}

/** The file with all entries of the filter. It contains no number, so this is a link. */
export function exportAddress(filter: AuditFilter, now: Date): string {
  const { action = [], userId, from, to } = queryOf(filter, now);
  const query = new URLSearchParams({ delimiter: "semicolon" });
  for (const one of action) query.append("action", one);
  if (userId !== undefined) query.set("userId", String(userId));
  if (from !== undefined) query.set("from", from);
  if (to !== undefined) query.set("to", to);
  return `/audit/export.csv?${query.toString()}`;
}
