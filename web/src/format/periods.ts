/** Periods by name, the same ones on every page, in whole days of the viewer's time zone. */
export const namedPeriods = ["today", "yesterday", "week", "month", "lastMonth"] as const;
export type NamedPeriod = (typeof namedPeriods)[number];

/** From midnight on; `to` is null if the period has not ended. Seven days are today and the six days before it. */
export function periodOf(
  period: NamedPeriod,
  now: Date,
): { readonly from: string; readonly to: string | null } {
  const midnight = (daysAgo: number): string =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo).toISOString();
  const firstOfMonth = (monthsAgo: number): string =>
    new Date(now.getFullYear(), now.getMonth() - monthsAgo, 1).toISOString();
  switch (period) {
    case "today":
      return { from: midnight(0), to: null };
    case "yesterday":
      return { from: midnight(1), to: midnight(0) };
    case "week":
      return { from: midnight(6), to: null };
    case "month":
      return { from: midnight(29), to: null };
    case "lastMonth":
      return { from: firstOfMonth(1), to: firstOfMonth(0) };
  }
}
