import { percentile } from "../support/statistics.ts";
import type { LoadResult } from "./sippFiles.ts";

/** Maximum p95 of the set-up time at a sustained rate. */
export const LIMIT_P95_MS = 100;

export interface Step {
  readonly rate: number;
  readonly attempt: number;
  readonly calls: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly sustained: boolean;
}

export const judge = (rate: number, attempt: number, load: LoadResult): Step => {
  const p95Ms = percentile(load.setUpMs, 0.95);
  return {
    rate,
    attempt,
    calls: load.calls,
    failed: load.failed,
    p50Ms: percentile(load.setUpMs, 0.5),
    p95Ms,
    p99Ms: percentile(load.setUpMs, 0.99),
    sustained: load.failed === 0 && load.paceKept && p95Ms <= LIMIT_P95_MS,
  };
};

export interface Climb {
  /** The highest sustained rate; 0 if none was sustained. */
  readonly highestRate: number;
  /** Even the highest rate was sustained, so the limit is above it. */
  readonly ceilingReached: boolean;
  readonly steps: readonly Step[];
}

/**
 * Raises the rate step by step, with all variants in turn at each rate, so that a machine that slows down affects all
 * of them. A variant that does not sustain a rate gets a second attempt after the others, and is out if that fails,
 * too: one hiccup of a shared machine is not a limit.
 */
export const climb = async <Name extends string>(
  names: readonly Name[],
  rates: readonly number[],
  run: (name: Name, rate: number, attempt: number) => Promise<Step>,
): Promise<ReadonlyMap<Name, Climb>> => {
  const climbs = new Map<Name, Climb>(
    names.map((name) => [name, { highestRate: 0, ceilingReached: false, steps: [] }]),
  );
  let standing = [...names];
  for (const [index, rate] of rates.entries()) {
    let trying = standing;
    for (let attempt = 1; attempt <= 2 && trying.length > 0; attempt++) {
      const again: Name[] = [];
      for (const name of trying) {
        const step = await run(name, rate, attempt);
        const before = climbs.get(name);
        if (before === undefined) continue;
        climbs.set(name, {
          highestRate: step.sustained ? rate : before.highestRate,
          ceilingReached: step.sustained && index === rates.length - 1,
          steps: [...before.steps, step],
        });
        if (!step.sustained) again.push(name);
      }
      trying = again;
    }
    const out = new Set(trying);
    // Rotates, so that no variant always follows the same one.
    standing = standing.filter((name) => !out.has(name));
    standing.push(...standing.splice(0, 1));
    if (standing.length === 0) break;
  }
  return climbs;
};
