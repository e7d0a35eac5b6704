import type { Channel } from "../../ari/generated/models.ts";
import { type Arrival, arrivalOf } from "../arrival.ts";
import { contexts } from "../decision/extension.ts";
import type { CallEvent } from "./machine/call.ts";

/** The dialplan context that holds a caller for us, and the first argument of its `Stasis()`. */
export const heldContext = "held";

/** The caller is being refused, by us or by the fallback. */
const refusing: ReadonlySet<string> = new Set([contexts.refuse, "over"]);

/** A caller in Stasis: waiting for a decision, or held. */
interface CallerInStasis {
  readonly arrival: Arrival;
  readonly isHeld: boolean;
}

/** `Stasis(APP,in,…)` or `Stasis(APP,held,…)`; null for other channels. */
export function callerOf(channel: Channel, args: readonly string[]): CallerInStasis | null {
  const [phase, ...more] = args;
  const isHeld = phase === heldContext;
  const arrival = arrivalOf(channel, isHeld ? ["in", ...more] : args);
  return arrival && { arrival, isHeld };
}

/** The same, from Asterisk's lists. */
export function callerInStasis(channel: Channel, application: string): CallerInStasis | null {
  const { app_name, app_data } = channel.dialplan;
  if (app_name !== "Stasis") return null;
  const [name, ...args] = app_data.split(",");
  return name === application ? callerOf(channel, args) : null;
}

export function placeOf(
  channel: Channel,
  application: string,
): (CallEvent & { readonly type: "callerFound" })["place"] {
  const inStasis = callerInStasis(channel, application);
  if (inStasis) return inStasis.isHeld ? "held" : "waiting";
  const { context } = channel.dialplan;
  if (refusing.has(context)) return "refused";
  return context === contexts.connect || context === contexts.fallback ? "dialplan" : "between";
}
