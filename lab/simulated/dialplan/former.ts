import type { SimulatedCall } from "../call.ts";
import { hopHeader } from "./plan.ts";

/** Arguments of `Stasis()` in the dialplan before version 2. */
export function formerArguments(call: SimulatedCall): readonly string[] {
  const privacy = (call.headers["Privacy"] ?? "").toLowerCase().replaceAll(/[^a-z]/gu, "");
  // As Asterisk does, which knows no other word.
  const presentation = privacy === "id" ? "prohib" : "allowed_not_screened";
  return ["in", call.to, call.trunk, call.headers[hopHeader] ?? "", presentation, privacy, "sip"];
}
