import { type Goal, goal } from "../support/goals.ts";
import { rounded } from "../support/statistics.ts";
import type { CaseFigures } from "./figures.ts";
import { type Trunks, trunkKinds, type VariantName } from "./variants.ts";

export type Mode = "short" | "live" | "rtp";

const ratio = (one: number | null | undefined, other: number | null | undefined): number | null =>
  one === null || one === undefined || !other ? null : rounded(one / other, 2);

/** The variants that are compared: on the same trunks, unless named otherwise. */
export const targetsOf = (mode: Mode, cases: readonly CaseFigures[]): readonly Goal[] => {
  const find = (variant: VariantName, trunks: Trunks): CaseFigures | undefined =>
    cases.find((one) => one.variant === variant && one.trunks === trunks);
  const total = (variant: VariantName, trunks: Trunks): number | null =>
    find(variant, trunks)?.steady?.cpuMsPerCall.total ?? null;
  switch (mode) {
    case "short":
      return trunkKinds.flatMap((trunks) => {
        const [dial, dialplan] = [find("dial", trunks), find("dialplan", trunks)];
        const [plain, ariClient] = [find("plain", trunks), find("ariClient", trunks)];
        const { setUpMs: ours, cpuMsPerCall: cpu } = dial?.steady ?? {};
        const rate = dial?.highestCallsPerSecond;
        return [
          goal(`${trunks}: total by dialplan's`, ratio(cpu?.total, total("dialplan", trunks)), {
            atMost: 1.05,
          }),
          goal(`${trunks}: set-up p50 by plain's`, ratio(ours?.p50, plain?.steady?.setUpMs.p50), {
            atMost: 1.4,
          }),
          goal(`${trunks}: set-up p99 by plain's`, ratio(ours?.p99, plain?.steady?.setUpMs.p99), {
            atMost: 2,
          }),
          goal(
            `${trunks}: controller by dialplan's total`,
            ratio(cpu?.controller, total("dialplan", trunks)),
            { atMost: 0.35 },
          ),
          goal(`${trunks}: highest rate by dialplan's`, ratio(rate, dialplan?.highestCallsPerSecond), {
            atLeast: 0.95,
          }),
          goal(`${trunks}: highest rate by ari-client's`, ratio(rate, ariClient?.highestCallsPerSecond), {
            atLeast: 1.5,
          }),
        ];
      });
    case "live":
      return [
        goal("whole: total by dialplan's", ratio(total("dial", "whole"), total("dialplan", "whole")), {
          atMost: 1,
        }),
        goal("split: total by dialplan's", ratio(total("dial", "split"), total("dialplan", "split")), {
          atMost: 1.3,
        }),
        goal(
          "total on split by dialplan's on whole",
          ratio(total("dial", "split"), total("dialplan", "whole")),
          {
            atMost: 0.75,
          },
        ),
      ];
    case "rtp":
      return trunkKinds.flatMap((trunks) => {
        const [ours, plain] = [find("dial", trunks)?.steady, find("plain", trunks)?.steady];
        return [
          goal(
            `${trunks}: Asterisk by plain's`,
            ratio(ours?.cpuMsPerCall.asterisk, plain?.cpuMsPerCall.asterisk),
            { atMost: 1.15 },
          ),
          goal(`${trunks}: packets lost`, ours?.rtp?.lostPackets ?? null, { atMost: 0 }),
          goal(`${trunks}: bridges with native_rtp`, ours?.rtp?.nativeShare ?? null, { atLeast: 1 }),
        ];
      });
  }
};
