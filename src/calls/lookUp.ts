import type { Lookup } from "../values/mapping.ts";
import type { IncomingCall } from "./decision/incoming.ts";
import type { MappingLookup } from "./types.ts";

/** The mapping of the dialled number. The second reading counts only where the first one is unknown. */
export async function lookUpDialled(
  lookup: MappingLookup,
  { proxyNumber, secondReading }: Pick<IncomingCall, "proxyNumber" | "secondReading">,
): Promise<Lookup> {
  const first: Lookup = proxyNumber === null ? { kind: "unknown" } : await lookup.byProxyNumber(proxyNumber);
  return first.kind === "unknown" && secondReading !== null ? lookup.byProxyNumber(secondReading) : first;
}
