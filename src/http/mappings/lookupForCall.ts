import { z } from "zod";
import type { Known } from "../../values/knownParties.ts";
import type { Mapping, MappingState } from "../../values/mapping.ts";
import { stateAt } from "../server/presenters.ts";
import { phone } from "../server/schemas.ts";

/**
 * The data that the dialplan's fallback needs for a call, named as in its query over ODBC (`PROXY_LOOKUP` in
 * `asterisk/func_odbc.conf`). Texts only: `JSON_DECODE` in the dialplan reads nothing else reliably.
 */
export const callAnswer = z
  .object({
    fake_phone: phone,
    real_phone: phone,
    state: z.enum(["active", "disabled", "expired", "quarantined", "loop", "premium", "returned"]).meta({
      description:
        "`loop`: the real number is itself a proxy number. `premium`: it is expensive, and `ALLOW_PREMIUM_NUMBERS` is not set. `returned`: the caller's number is, so one of our own legs has come back.",
    }),
    policy: z.enum(["", "proxy", "dialled", "caller", "fixed", "anonymous"]).meta({
      description: "The number to show to the callee; empty: the default of the trunk.",
    }),
    shown_phone: z
      .string()
      .meta({ description: "The number to show under the policy `fixed`, otherwise empty." }),
    own_phone: z
      .string()
      .meta({ description: "The caller's own active proxy number; empty if there is none." }),
    party_phone: z.string().meta({
      description:
        "For the owner of the real number: the other party of the newest call; empty if there is none.",
    }),
  })
  .meta({ id: "NumberForCall" });

export function answerForCall(
  { mapping, caller, returnTo, isPremium }: Known & { readonly kind: "found" },
  nowMs: number,
): z.output<typeof callAnswer> {
  const { callerIdPolicy: policy } = mapping;
  return {
    fake_phone: mapping.proxyNumber,
    real_phone: mapping.realNumber ?? "",
    state: caller.isProxy ? "returned" : stateOf(mapping, isPremium, nowMs),
    policy: policy?.kind ?? "",
    shown_phone: policy?.kind === "fixed" ? policy.number : "",
    own_phone: caller.ownNumber ?? "",
    party_phone: returnTo ?? "",
  };
}

function stateOf(mapping: Mapping, isPremium: boolean, nowMs: number): MappingState | "loop" | "premium" {
  const state = stateAt(mapping, nowMs);
  if (state !== "active") return state;
  return mapping.realNumberIsProxy ? "loop" : isPremium ? "premium" : state;
}
