import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { Mapping } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { ReadOptions, Store } from "../../store/types.ts";
import { BadCursorError } from "../errors.ts";
import { detailColumns, detailTables, mappingForCall, toDetails, toMapping } from "./rows.ts";
import type { DetailRow, MappingRow } from "./rows.ts";
import type { MappingReader } from "../types.ts";

export interface MappingRepository extends MappingReader {
  /** What the call needs, for the cached lookup. */
  readonly loadForCall: (number: PhoneNumber) => Promise<Mapping | null>;
}

const maxPage = 1000;

export function createMappingRepository(store: Store): MappingRepository {
  const details = async (rest: string, parameters: readonly unknown[], options: ReadOptions = {}) => {
    const rows: DetailRow[] = await store.read(
      (manager) => manager.query(`SELECT ${detailColumns} ${detailTables} ${rest}`, [...parameters]),
      options,
    );
    return rows.map(toDetails);
  };

  return {
    async loadForCall(number) {
      const [row]: MappingRow[] = await store.read(
        (manager) => manager.query(`${mappingForCall} WHERE m.fake_phone = ?`, [number]),
        { quick: true },
      );
      return row ? toMapping(row) : null;
    },

    async findByProxy(number) {
      const [found] = await details("WHERE m.fake_phone = ?", [number], { quick: true });
      return found ?? null;
    },

    async findByReal(number) {
      const [found] = await details("WHERE m.real_phone = ?", [number], { quick: true });
      return found ?? null;
    },

    async page({ after = null, limit }) {
      if (!Number.isInteger(limit) || limit < 1 || limit > maxPage) {
        throw new RangeError(`A page has 1 to ${maxPage} mappings.`);
      }
      const found =
        after === null
          ? await details("ORDER BY m.id DESC LIMIT ?", [limit + 1])
          : await details("WHERE m.id < ? ORDER BY m.id DESC LIMIT ?", [idOfCursor(after), limit + 1]);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return { items, next: found.length > limit && last ? cursorOf(last.id) : null };
    },

    async *stream(chunkSize = 1000) {
      for (let lastId = 0; ;) {
        const chunk = await details("WHERE m.id > ? ORDER BY m.id LIMIT ?", [lastId, chunkSize]);
        const last = chunk.at(-1);
        if (!last) return;
        yield chunk;
        lastId = last.id;
        // SQLite never waits for anything, and calls want their turn.
        await yieldToOthers();
      }
    },

    async count() {
      const [row]: { count: number }[] = await store.read((manager) =>
        manager.query("SELECT COUNT(*) AS count FROM phone_mappings"),
      );
      return row?.count ?? 0;
    },
  };
}

function cursorOf(id: number): string {
  return Buffer.from(`id:${id}`).toString("base64url");
}

function idOfCursor(cursor: string): number {
  const id = /^id:(\d{1,15})$/.exec(Buffer.from(cursor, "base64url").toString())?.[1];
  if (id === undefined) throw new BadCursorError();
  return Number(id);
}
