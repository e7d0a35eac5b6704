import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { ImportRow } from "../rows/row.ts";
import type { ProxyRefusal } from "../texts/codes.ts";

/** A pool's answer for a number. `proxyNumber` is empty if there is none, or none yet. */
export type Taking =
  | { readonly code: "CREATED" | "EXISTING"; readonly proxyNumber: string }
  | { readonly code: "POOL_EXHAUSTED" | "REAL_NUMBER_IS_PROXY" };

/** As `Taking`, for a row that names its proxy number. */
export type Pairing = Taking | { readonly code: ProxyRefusal };

/** A row that names its proxy number. */
export interface NamedRow extends ImportRow {
  readonly proxyNumber: PhoneNumber;
}

export const isNamed = (row: ImportRow): row is NamedRow => row.proxyNumber !== null;
