const seconds = { minutes: 60, hours: 3600, days: 86_400 } as const;
type RestUnit = keyof typeof seconds;
export const restUnits: readonly RestUnit[] = ["days", "hours", "minutes"];

interface Rest {
  readonly amount: number;
  readonly unit: RestUnit;
}

/** In the largest unit that divides it evenly; otherwise in minutes, rounded up, so that it never becomes shorter. */
export function restOf(quarantineSeconds: number): Rest {
  const unit = restUnits.find((one) => quarantineSeconds % seconds[one] === 0) ?? "minutes";
  return { amount: Math.ceil(quarantineSeconds / seconds[unit]), unit };
}

/** As the server takes them. */
const longestSeconds = 2 ** 31 - 1;
const mostDays = 3650;

/** null: not a valid number of days. */
export function daysOf(text: string): number | null {
  const days = Number(text.trim());
  return text.trim() !== "" && Number.isInteger(days) && days >= 0 && days <= mostDays ? days : null;
}

/** null: not a valid amount. */
export function secondsOf(amount: string, unit: RestUnit): number | null {
  const number = Number(amount.trim().replace(",", "."));
  const all = Math.round(number * seconds[unit]);
  return amount.trim() !== "" && all >= 0 && all <= longestSeconds ? all : null;
}
