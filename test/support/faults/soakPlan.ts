import { allOutages } from "./matrix.ts";
import type { SoakPlan } from "./soak.ts";

const everySeconds = 45;

/** 10 calls/s of mixed outcomes with a random fault every 45 s, to two controllers. */
export const soakPlan = ({
  minutes,
  seed,
}: {
  readonly minutes: number;
  readonly seed: number;
}): SoakPlan => ({
  seed,
  outages: allOutages,
  faults: Math.max(1, Math.round((minutes * 60) / everySeconds)),
  everySeconds,
  outageSeconds: [2, 20],
  callsPerSecond: 10,
  talkMs: [1_000, 8_000],
  controllers: 2,
});
