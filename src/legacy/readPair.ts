import type { PairRow } from "../numbers/types.ts";
import type { RowRefusal } from "../imports/texts/codes.ts";
import { parsePhoneNumber } from "../values/phoneNumber.ts";
import type { PhoneNumberOptions } from "../values/phoneNumber.ts";
import { readTime } from "./readTime.ts";

/** A row of their `phone_mappings`; times as text. */
export interface LegacyMapping {
  readonly id: number;
  readonly realPhone: string | null;
  readonly fakePhone: string | null;
  readonly createdAt: string | null;
}

/** Why a pair of the other system is not brought in, besides the reasons of an import. */
export type PairRefusal = RowRefusal | "REAL_TWICE" | "PROXY_TWICE" | "REAL_HAS_OTHER_PROXY";

type ReadPair =
  | { readonly ok: true; readonly id: number; readonly pair: PairRow }
  | { readonly ok: false; readonly id: number; readonly code: PairRefusal };

export function readPair(row: LegacyMapping, numbers: PhoneNumberOptions, timeZone: string): ReadPair {
  const { id } = row;
  const real = parsePhoneNumber(row.realPhone ?? "", numbers);
  if (!real.ok) return { ok: false, id, code: real.code };
  const proxy = parsePhoneNumber(row.fakePhone ?? "", { ...numbers, acceptPremium: true });
  if (!proxy.ok) return { ok: false, id, code: "PROXY_UNREADABLE" };
  const createdAtMs = readTime(row.createdAt, timeZone);
  const pair = { realNumber: real.number, proxyNumber: proxy.number, poolName: null };
  return { ok: true, id, pair: { ...pair, ...(createdAtMs !== null && { createdAtMs }) } };
}
