import type { Cell } from "./table.ts";
import { table } from "./table.ts";

/** A target of the project, with the measured value. */
export interface Goal {
  readonly name: string;
  /** null when it was not measured in this run. */
  readonly value: number | null;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** null when it was not measured in this run. */
  readonly reached: boolean | null;
}

export const goal = (
  name: string,
  value: number | null,
  bound: { readonly atLeast: number } | { readonly atMost: number },
): Goal => ({
  name,
  value,
  ...bound,
  reached: value === null ? null : "atLeast" in bound ? value >= bound.atLeast : value <= bound.atMost,
});

export const goalsTable = (goals: readonly Goal[]): string =>
  table(
    ["goal", "wanted", "measured", "reached"],
    goals.map(({ name, value, atLeast, atMost, reached }): Cell[] => [
      name,
      atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`,
      value,
      reached === null ? "not measured" : reached ? "yes" : "NO",
    ]),
  );
