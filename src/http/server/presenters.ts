import { presentNumber } from "../../access/rules/present.ts";
import type { Viewer } from "../../access/rules/rights.ts";
import type { CallerIdPolicy, MappingState } from "../../values/mapping.ts";
import type { MappingDetails } from "../../numbers/types.ts";

/** What decides whether somebody sees real numbers whole. */
export type Sight = Pick<Viewer, "permissions">;

/** A mapping as the API shows it. Times are ISO 8601 in UTC. */
export interface PresentedMapping {
  readonly id: number;
  readonly proxyNumber: string;
  /** Masked for those who may not see it. */
  readonly realNumber: string;
  readonly state: MappingDetails["state"];
  readonly label: string | null;
  readonly reference: string | null;
  readonly expiresAt: string | null;
  /** null: the policy of the pool applies, or else the trunk's. */
  readonly callerId: string | null;
  readonly pool: { readonly id: number; readonly name: string | null } | null;
  readonly importId: number | null;
  /** Of a released mapping: until when its proxy number rests before somebody else may get it. */
  readonly restsUntil: string | null;
  readonly realNumberIsProxy: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export function presentMapping(mapping: MappingDetails, nowMs: number, viewer: Sight): PresentedMapping {
  const { id, proxyNumber, realNumber, label, reference, realNumberIsProxy } = mapping;
  return {
    id,
    proxyNumber,
    realNumber: presentNumber(realNumber, viewer),
    state: stateAt(mapping, nowMs),
    label,
    reference,
    expiresAt: mapping.expiresAtMs === null ? null : isoTime(mapping.expiresAtMs),
    callerId: callerIdText(mapping.callerIdPolicy),
    pool: mapping.poolId === null ? null : { id: mapping.poolId, name: mapping.poolName },
    importId: mapping.importId,
    restsUntil: mapping.restsUntilMs === null ? null : isoTime(mapping.restsUntilMs),
    realNumberIsProxy,
    createdAt: isoTime(mapping.createdAtMs),
    updatedAt: isoTime(mapping.updatedAtMs),
  };
}

/** As every route and the import read it. */
export function callerIdText(policy: CallerIdPolicy | null): string | null {
  if (policy === null) return null;
  return policy.kind === "fixed" ? `fixed:${policy.number}` : policy.kind;
}

/** Expiry takes effect by the clock, whether or not a job has noted it. */
export function stateAt(
  { state, expiresAtMs }: { readonly state: MappingState; readonly expiresAtMs: number | null },
  nowMs: number,
): MappingState {
  return state === "active" && expiresAtMs !== null && expiresAtMs <= nowMs ? "expired" : state;
}

export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
