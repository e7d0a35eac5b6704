import { presentNumberOrNull } from "../../access/rules/present.ts";
import type { MappingDetails } from "../../numbers/types.ts";
import { expiryText } from "../../values/expiryText.ts";
import { callerIdText } from "../../values/mapping.ts";
import { isoTime, stateAt } from "../server/presenters.ts";
import type { Sight } from "../../access/rules/present.ts";

/** How mappings are shown. */
export interface MappingView {
  readonly nowMs: () => number;
  /** IANA name: an expiry at the end of a day there is shown as a date. */
  readonly timeZone: string;
}

/** A mapping as the API shows it. Times are ISO 8601 in UTC. */
interface PresentedMapping {
  readonly id: number;
  readonly proxyNumber: string;
  /** Masked for viewers without access; null: erased. */
  readonly realNumber: string | null;
  readonly state: MappingDetails["state"];
  readonly label: string | null;
  readonly reference: string | null;
  readonly expiresAt: string | null;
  /** null: the policy of the pool, or else of the trunk. */
  readonly callerId: string | null;
  readonly pool: { readonly id: number; readonly name: string | null } | null;
  readonly importId: number | null;
  /** Of a released mapping: the end of the quarantine of its proxy number. */
  readonly quarantinedUntil: string | null;
  readonly realNumberIsProxy: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly etag: string;
}

export function presentMapping(
  mapping: MappingDetails,
  { nowMs, timeZone }: MappingView,
  viewer: Sight,
): PresentedMapping {
  const { id, proxyNumber, realNumber, label, reference, realNumberIsProxy } = mapping;
  return {
    id,
    proxyNumber,
    realNumber: presentNumberOrNull(realNumber, viewer),
    state: stateAt(mapping, nowMs()),
    label,
    reference,
    expiresAt: mapping.expiresAtMs === null ? null : expiryText(mapping.expiresAtMs, timeZone),
    callerId: callerIdText(mapping.callerIdPolicy),
    pool: mapping.poolId === null ? null : { id: mapping.poolId, name: mapping.poolName },
    importId: mapping.importId,
    quarantinedUntil: mapping.quarantinedUntilMs === null ? null : isoTime(mapping.quarantinedUntilMs),
    realNumberIsProxy,
    createdAt: isoTime(mapping.createdAtMs),
    updatedAt: isoTime(mapping.updatedAtMs),
    etag: etagOf(mapping),
  };
}

/** Every change has a time of its own. A hash would give masked numbers away. */
const etagOf = ({ id, updatedAtMs }: Pick<MappingDetails, "id" | "updatedAtMs">): string =>
  `"${id}-${updatedAtMs.toString(36)}"`;

/** The change that `If-Match` of this mapping names; null: any, and `Number.NaN` matches none. */
export function seenChangeOf(id: number, ifMatch: string): number | null {
  const tags = ifMatch.split(",").map((tag) => tag.trim());
  if (ifMatch === "" || tags.includes("*")) return null;
  const [, seen = ""] =
    /^"\d+-([0-9a-z]{1,11})"$/.exec(tags.find((tag) => tag.startsWith(`"${id}-`)) ?? "") ?? [];
  return Number.parseInt(seen, 36);
}
