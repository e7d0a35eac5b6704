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

/** Why a pair of the other system is not brought in, beside what an import says of a row. */
export type PairRefusal = RowRefusal | "REAL_TWICE" | "PROXY_TWICE" | "REAL_HAS_OTHER_PROXY";

type ReadPair =
  | { readonly ok: true; readonly id: number; readonly pair: PairRow }
  | { readonly ok: false; readonly id: number; readonly code: PairRefusal };

/**
 * What the rows say. Their keys are unique as text, but `+7…` and `8…` are one number: where several rows say different
 * things of one number, none of them is right for sure.
 */
export function readPairs(
  rows: readonly LegacyMapping[],
  numbers: PhoneNumberOptions,
  timeZone: string,
): readonly ReadPair[] {
  const read = rows.map((row) => readPair(row, numbers, timeZone));
  const proxiesByReal = new Map<string, string>();
  const realsByProxy = new Map<string, string>();
  const severalProxies = new Set<string>();
  const severalReals = new Set<string>();
  for (const one of read) {
    if (!one.ok) continue;
    const { realNumber, proxyNumber } = one.pair;
    if ((proxiesByReal.get(realNumber) ?? proxyNumber) !== proxyNumber) severalProxies.add(realNumber);
    if ((realsByProxy.get(proxyNumber) ?? realNumber) !== realNumber) severalReals.add(proxyNumber);
    proxiesByReal.set(realNumber, proxyNumber);
    realsByProxy.set(proxyNumber, realNumber);
  }
  return read.map((one): ReadPair => {
    if (!one.ok) return one;
    const { id, pair } = one;
    if (severalProxies.has(pair.realNumber)) return { ok: false, id, code: "REAL_TWICE" };
    return severalReals.has(pair.proxyNumber) ? { ok: false, id, code: "PROXY_TWICE" } : one;
  });
}

function readPair(row: LegacyMapping, numbers: PhoneNumberOptions, timeZone: string): ReadPair {
  const { id } = row;
  const real = parsePhoneNumber(row.realPhone ?? "", numbers);
  if (!real.ok) return { ok: false, id, code: real.code };
  const proxy = parsePhoneNumber(row.fakePhone ?? "", { ...numbers, acceptPremium: true });
  if (!proxy.ok) return { ok: false, id, code: "PROXY_UNREADABLE" };
  const createdAtMs = readTime(row.createdAt, timeZone);
  const pair = { realNumber: real.number, proxyNumber: proxy.number, poolName: null };
  return { ok: true, id, pair: { ...pair, ...(createdAtMs !== null && { createdAtMs }) } };
}
