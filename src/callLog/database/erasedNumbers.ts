import { createHmac } from "node:crypto";
import type { EntityManager } from "typeorm";
import { LessThan } from "typeorm";
import { dialectOf } from "../../store/dialect.ts";
import { Erasure } from "../../store/entities/privacy.ts";
import { Secret } from "../../store/entities/shared.ts";
import { execute, selectRow } from "../../store/sql.ts";
import { number, nullable, rowOf, time } from "../../store/row.ts";
import { toDatabaseTime } from "../../store/time.ts";
import { dayMs } from "../../values/durations.ts";
import { parseDialled } from "../../values/phoneNumber.ts";

/** The numbers of a call, as far as they belong to people. */
interface CallNumbers {
  readonly startedAtMs: number;
  readonly realNumber: string | null;
  readonly callerId: string;
  readonly shownNumber?: string | null;
}

/** Records that wait longer than this on a machine that is off are not expected any more. */
const rememberedMs = 31 * dayMs;

const readState = rowOf({ erasures: number, newest: nullable(time) });

/**
 * The numbers that were erased lately. A record of a call that began before the erasure of a number is written without
 * it; later calls are new data. Numbers are known by their keyed hashes only.
 */
export class ErasedNumbers {
  readonly #defaultCountry: string;
  #key = "";
  #erasedAtMs: ReadonlyMap<string, number> = new Map();
  #newestMs = 0;

  constructor(defaultCountry: string) {
    this.#defaultCountry = defaultCountry;
  }

  /** Reads them from the database. */
  async load(manager: EntityManager): Promise<void> {
    if (this.#key === "") this.#key = (await manager.findOneByOrFail(Secret, { name: "erasures" })).value;
    const rows = await manager.find(Erasure);
    this.#erasedAtMs = new Map(rows.map(({ numberHash, erasedAt }) => [numberHash, erasedAt]));
    this.#newestMs = newestOf(this.#erasedAtMs);
  }

  /** Whether a number was erased since they were read. */
  async isOutdated(manager: EntityManager): Promise<boolean> {
    // SQL, because it runs with every batch of records.
    const state = await selectRow(
      manager,
      readState,
      "SELECT COUNT(*) AS erasures, MAX(erased_at) AS newest FROM erasures",
    );
    return state?.erasures !== this.#erasedAtMs.size || (state.newest ?? 0) !== this.#newestMs;
  }

  /** From now on, records of calls until now are written without this number. */
  async add(manager: EntityManager, erased: string, nowMs: number): Promise<void> {
    if (this.#key === "") await this.load(manager);
    const sql = `INSERT INTO erasures (number_hash, erased_at) VALUES (?, ?)${dialectOf(manager).onDuplicate(
      "erasures",
      ["number_hash"],
      { erased_at: (_, inserted) => inserted },
    )}`;
    await execute(manager, sql, [this.#hashOf(erased), toDatabaseTime(nowMs)]);
    await manager.delete(Erasure, { erasedAt: LessThan(nowMs - rememberedMs) });
  }

  /** The call without its erased numbers; the same object if it has none. */
  without<Call extends CallNumbers>(call: Call): Call {
    if (call.startedAtMs > this.#newestMs) return call;
    const { realNumber, callerId, shownNumber = null } = call;
    const isErased = (text: string | null): boolean =>
      text !== null && this.#isErased(text, call.startedAtMs);
    const [real, caller, shown] = [isErased(realNumber), isErased(callerId), isErased(shownNumber)];
    if (!real && !caller && !shown) return call;
    return {
      ...call,
      ...(real && { realNumber: null }),
      ...(caller && { callerId: "" }),
      ...(shown && { shownNumber: null }),
    };
  }

  #isErased(text: string, startedAtMs: number): boolean {
    if (text === "") return false;
    const erasedAtMs = this.#erasedAtMs.get(this.#hashOf(text));
    return erasedAtMs !== undefined && startedAtMs <= erasedAtMs;
  }

  /** Callers appear in the notation of their trunk. */
  #hashOf(text: string): string {
    const plain = parseDialled(text, { defaultCountry: this.#defaultCountry }) ?? text;
    return createHmac("sha256", this.#key).update(plain).digest("hex");
  }
}

const newestOf = (times: ReadonlyMap<string, number>): number => {
  let newest = 0;
  for (const atMs of times.values()) newest = Math.max(newest, atMs);
  return newest;
};
