import { pairRefusal } from "../../numbers/mappings/pairNumbers.ts";
import type { Standing } from "../../numbers/pools/standing.ts";
import type { PairResult, PairRow } from "../../numbers/types.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { NamedRow, Pairing, Taking } from "./taking.ts";
import type { Item } from "./readItems.ts";

/** Proxy numbers that rows of a batch name. */
export const proxiesOf = (items: readonly Item[]): readonly PhoneNumber[] => [
  ...new Set(items.flatMap((item) => (item.kind === "number" ? (item.value.proxyNumber ?? []) : []))),
];

export const pairOf = (row: NamedRow): PairRow => ({ ...row, poolName: row.pool });

export const pairKey = ({ realNumber, proxyNumber }: Pick<PairRow, "realNumber" | "proxyNumber">): string =>
  `${realNumber} ${proxyNumber}`;

export function pairingOf(result: PairResult): Pairing {
  return result.kind === "refused" ? { code: result.code } : takingOfPair(result);
}

const takingOfPair = (result: Exclude<PairResult, { kind: "refused" }>): Taking => ({
  code: result.kind === "created" ? "CREATED" : "EXISTING",
  proxyNumber: result.proxyNumber,
});

/** The outcome of a row that names its proxy number, if its real number is new and nothing changes meanwhile. */
export function foreseenPair(
  row: NamedRow,
  ours: ReadonlySet<string>,
  standings: ReadonlyMap<PhoneNumber, Standing>,
): Pairing {
  const code = pairRefusal(pairOf(row), ours, standings.get(row.proxyNumber));
  return code === null ? { code: "CREATED", proxyNumber: row.proxyNumber } : { code };
}
