import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { FileNumbers } from "./fileNumbers.ts";
import type { Taking } from "./taking.ts";
import type { OpenPool } from "../job/pools.ts";

/** How many numbers a pool needs to provide, those that rows name included, and how many are free. */
interface Need {
  readonly pool: OpenPool;
  readonly free: number;
  readonly wanted: number;
}

/** Simulates the allocation of numbers, exactly as the import will do it. */
export class Foresight {
  readonly #needs = new Map<
    number,
    { pool: OpenPool; free: number; named: number; wanted: number; given: number }
  >();
  readonly #numbers: FileNumbers;
  #withoutPool = 0;

  constructor(numbers: FileNumbers) {
    this.#numbers = numbers;
  }

  /**
   * Before the first number is taken, it must know how many numbers a pool has free, and how many of these the rows
   * of the file name.
   */
  async learn(pool: OpenPool, countFree: () => Promise<number>, named: number): Promise<void> {
    if (!this.#needs.has(pool.id))
      this.#needs.set(pool.id, { pool, free: await countFree(), named, wanted: named, given: 0 });
  }

  take(number: PhoneNumber, pool: OpenPool): Taking {
    const need = this.#needs.get(pool.id);
    if (!need) throw new Error("The number of free numbers of the pool is unknown.");
    if (need.given < need.free - need.named) {
      need.given += 1;
      need.wanted += 1;
      return { code: "CREATED", proxyNumber: "" };
    }
    if (this.#numbers.isFirstWanted(number, pool.id)) need.wanted += 1;
    return { code: "POOL_EXHAUSTED" };
  }

  /** Counts a number that needs a pool that does not exist. */
  miss(number: PhoneNumber): void {
    if (this.#numbers.isFirstWanted(number, null)) this.#withoutPool += 1;
  }

  /** How many numbers need a pool that does not exist. */
  get withoutPool(): number {
    return this.#withoutPool;
  }

  /** For each pool that numbers are needed from. */
  get needs(): readonly Need[] {
    return [...this.#needs.values()].filter(({ wanted }) => wanted > 0);
  }
}
