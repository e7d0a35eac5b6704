import { z } from "zod";
import type { CallerIdPolicy, Mapping } from "../../values/mapping.ts";
import { stateAt } from "../server/presenters.ts";
import { phone } from "../server/schemas.ts";

/**
 * What the dialplan's fallback needs for a call, in the words of its query over ODBC (`PROXY_LOOKUP` in
 * `asterisk/func_odbc.conf`). Texts only: `JSON_DECODE` in the dialplan reads nothing else reliably.
 */
export const callAnswer = z
  .object({
    fake_phone: phone,
    real_phone: phone,
    state: z.enum(["active", "disabled", "expired", "quarantined", "loop"]).meta({
      description: "`loop`: the real number is itself a proxy number.",
    }),
    policy: z.enum(["", "proxy", "caller", "fixed", "anonymous"]).meta({
      description: "The number to show to the callee; empty: as the trunk says.",
    }),
    shown_phone: z
      .string()
      .meta({ description: "The number to show under the policy `fixed`, otherwise empty." }),
  })
  .meta({ id: "NumberForCall" });

export function answerForCall(mapping: Mapping, nowMs: number): z.output<typeof callAnswer> {
  const { callerIdPolicy: policy } = mapping;
  const state = stateAt(mapping, nowMs);
  return {
    fake_phone: mapping.proxyNumber,
    real_phone: mapping.realNumber,
    state: state === "active" && mapping.realNumberIsProxy ? "loop" : state,
    policy: policy?.kind ?? "",
    shown_phone: shownNumber(policy),
  };
}

const shownNumber = (policy: CallerIdPolicy | null): string =>
  policy?.kind === "fixed" ? policy.number : "";
