import type { EntityManager } from "typeorm";
import { findStandings } from "../../numbers/pools/standing.ts";
import { isPhoneNumber } from "../../values/phoneNumber.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { FileDescription } from "../job/reading.ts";
import { Partners } from "../reading/partners.ts";
import type { Item, ItemGroup } from "./readItems.ts";

/**
 * The proxy numbers that the rows of a file name, known before the first row is stored: no row may get one of them
 * from a pool, and if several rows name the same one, none of them is certainly right.
 */
export class NamedProxies {
  readonly #proxies: number[] = [];
  readonly #reals = new Partners();

  /** null: the file has no column for them. */
  static async of(
    { columns }: Pick<FileDescription, "columns">,
    groups: () => AsyncIterable<Pick<ItemGroup, "items">>,
  ): Promise<NamedProxies | null> {
    if (!columns.some(({ field }) => field === "proxyNumber")) return null;
    const named = new NamedProxies();
    for await (const { items } of groups()) named.add(items);
    return named;
  }

  add(items: readonly Item[]): void {
    for (const item of items) {
      if (item.kind === "refused" || item.value.proxyNumber === null) continue;
      const { proxyNumber, realNumber } = item.value;
      if (this.#reals.add(proxyNumber, realNumber)) this.#proxies.push(Number(proxyNumber));
    }
  }

  has(proxyNumber: PhoneNumber): boolean {
    return this.#reals.has(proxyNumber);
  }

  /** Whether rows name it for different real numbers. */
  isContested(proxyNumber: PhoneNumber): boolean {
    return this.#reals.hasSeveral(proxyNumber);
  }

  /** How many of them are free now, by pool: so many fewer are left for rows that name none. */
  async countFree(manager: EntityManager, nowMs: number): Promise<ReadonlyMap<number, number>> {
    const counts = new Map<number, number>();
    for (let start = 0; start < this.#proxies.length; start += numbersAtOnce) {
      const numbers = this.#proxies
        .slice(start, start + numbersAtOnce)
        .map(String)
        .filter(isPhoneNumber);
      for (const { pool, refusal } of (await findStandings(manager, numbers, nowMs)).values())
        if (pool !== null && refusal === null) counts.set(pool.id, (counts.get(pool.id) ?? 0) + 1);
    }
    return counts;
  }
}

const numbersAtOnce = 5000;
