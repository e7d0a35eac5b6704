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

/** null: not a valid amount. */
export function secondsOf(amount: string, unit: RestUnit): number | null {
  const number = Number(amount.trim().replace(",", "."));
  return amount.trim() === "" || !Number.isFinite(number) || number < 0
    ? null
    : Math.round(number * seconds[unit]);
}
