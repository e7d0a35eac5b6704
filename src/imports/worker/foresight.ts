import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { FileNumbers, Taking } from "./fileNumbers.ts";
import type { OpenPool } from "../job/pools.ts";

/** How many numbers are wanted of a pool, and how many are free. */
export interface Need {
  readonly pool: OpenPool;
  readonly free: number;
  readonly wanted: number;
}

/** Takes numbers of pools in thought, as the import will take them in fact. */
export class Foresight {
  readonly #needs = new Map<number, { pool: OpenPool; free: number; wanted: number; given: number }>();
  readonly #numbers: FileNumbers;
  #withoutPool = 0;

  constructor(numbers: FileNumbers) {
    this.#numbers = numbers;
  }

  /** Has to know of a pool how many numbers are free in it before anything is taken. */
  async learn(pool: OpenPool, countFree: () => Promise<number>): Promise<void> {
    if (!this.#needs.has(pool.id))
      this.#needs.set(pool.id, { pool, free: await countFree(), wanted: 0, given: 0 });
  }

  take(number: PhoneNumber, pool: OpenPool): Taking {
    const need = this.#needs.get(pool.id);
    if (!need) throw new Error("It is not known how many numbers the pool has.");
    if (need.given < need.free) {
      need.given += 1;
      need.wanted += 1;
      return { code: "CREATED", proxyNumber: "" };
    }
    if (this.#numbers.isFirstWanted(number, pool.id)) need.wanted += 1;
    return { code: "POOL_EXHAUSTED" };
  }

  /** Notes that a number would be taken if there were a pool for it. */
  miss(number: PhoneNumber): void {
    if (this.#numbers.isFirstWanted(number, null)) this.#withoutPool += 1;
  }

  /** How many numbers are wanted for which there is no pool. */
  get withoutPool(): number {
    return this.#withoutPool;
  }

  /** Of the pools that numbers are wanted of. */
  get needs(): readonly Need[] {
    return [...this.#needs.values()].filter(({ wanted }) => wanted > 0);
  }
}
