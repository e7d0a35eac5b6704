import type { NumberRange } from "../../src/values/numberRange.ts";
import { isPhoneNumber } from "../../src/values/phoneNumber.ts";
import type { PhoneNumber } from "../../src/values/phoneNumber.ts";
import { createNumberKeeper } from "../../src/numbers/mappings/expire.ts";
import { createNumberMapper } from "../../src/numbers/mappings/allocate.ts";
import { discardRows, lockRows } from "../../src/numbers/mappings/editRows.ts";
import { createMappingEditor } from "../../src/numbers/mappings/editor.ts";
import { createMappingRepository } from "../../src/numbers/mappings/reader.ts";
import { createMappingSearch } from "../../src/numbers/mappings/search.ts";
import { createPools } from "../../src/numbers/pools/pools.ts";
import type { MapRow, MappingInvalidations } from "../../src/numbers/types.ts";
import type { Store } from "../../src/store/types.ts";
import { silentLogger } from "./silentLogger.ts";

export const phone = (digits: string): PhoneNumber => {
  if (!isPhoneNumber(digits)) throw new Error("no number");
  return digits;
};

export const range = (first: string, last: string): NumberRange => ({
  first: phone(first),
  last: phone(last),
});

export const realNumber = (index: number): PhoneNumber => phone(String(79_001_000_000 + index));

export const realRows = (from: number, to: number): MapRow[] =>
  Array.from({ length: to - from }, (_, index) => ({ realNumber: realNumber(from + index) }));

export const dayMs = 86_400_000;

/** All parts that handle numbers, with one store and a manual clock. */
export function numbersOn(store: Store, startsAtMs = Date.UTC(2026, 0, 1)) {
  const clock = {
    at: startsAtMs,
    nowMs: () => clock.at,
    setTimer: () => 0,
    clearTimer: () => undefined,
  };
  const prepared: string[] = [];
  const announced: string[] = [];
  const invalidations: MappingInvalidations = {
    prepare: async (numbers) => void prepared.push(...numbers),
    announce: async (numbers) => void announced.push(...numbers),
    announceEverything: async () => void announced.push("everything"),
  };
  const search = createMappingSearch(store);
  const parts = { store, invalidations, clock };
  return {
    clock,
    prepared,
    announced,
    invalidations,
    search,
    repository: createMappingRepository(store),
    pools: createPools(parts),
    mapper: createNumberMapper(parts),
    editor: createMappingEditor({ ...parts, search }),
    /** Removes mappings like the undo of an import. */
    discard: (ids: readonly number[]) =>
      store.transaction(async (manager) => {
        const rows = await lockRows(manager, ids, true);
        const held = rows.filter(({ state }) => state !== "quarantined");
        await discardRows(manager, held, clock.nowMs());
      }),
    keeper: createNumberKeeper({ ...parts, logger: silentLogger }),
  };
}

export type Numbers = ReturnType<typeof numbersOn>;

/** Maps rows, which must all succeed. Returns the proxy numbers in the order of the rows. */
export async function mapAll(
  { mapper }: Numbers,
  rows: readonly MapRow[],
  poolId?: number,
): Promise<PhoneNumber[]> {
  const results = await mapper.map(rows, poolId === undefined ? {} : { poolId });
  return results.map((result) => {
    if (result.kind === "refused") throw new Error(result.code);
    return result.proxyNumber;
  });
}

export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It did not reject.");
}

export async function allOf<Item>(chunks: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const chunk of chunks) all.push(...chunk);
  return all;
}
