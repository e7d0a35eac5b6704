import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { Mapping } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import type { Store } from "../../store/types.ts";
import { BadCursorError } from "../errors.ts";
import { mappingsOf } from "./filter.ts";
import type { MappingQueryBuilder } from "./filter.ts";
import { detailRows, rowsForCall, toDetails, toMapping } from "./rows.ts";
import type { MappingReader } from "../types.ts";

export interface MappingRepository extends MappingReader {
  /** What the call needs, for the cached lookup. */
  readonly loadForCall: (number: PhoneNumber) => Promise<Mapping | null>;
}

const maxPage = 1000;

export function createMappingRepository(store: Store): MappingRepository {
  const forCall = rowsForCall.by("fakePhone");
  const byProxy = detailRows.by("fakePhone");
  const byReal = detailRows.by("realPhone");
  const details = async (narrowed: (query: MappingQueryBuilder) => MappingQueryBuilder) => {
    const rows = await store.read((manager) => detailRows.of(narrowed(mappingsOf(manager, {}))));
    return rows.map(toDetails);
  };

  return {
    async loadForCall(number) {
      const row = await store.read((manager) => forCall(manager, number), { quick: true });
      return row ? toMapping(row) : null;
    },

    async findByProxy(number) {
      const row = await store.read((manager) => byProxy(manager, number), { quick: true });
      return row ? toDetails(row) : null;
    },

    async findByReal(number) {
      const row = await store.read((manager) => byReal(manager, number), { quick: true });
      return row ? toDetails(row) : null;
    },

    async page({ after = null, limit }) {
      if (!Number.isInteger(limit) || limit < 1 || limit > maxPage) {
        throw new RangeError(`A page has 1 to ${maxPage} mappings.`);
      }
      const lastId = after === null ? null : idOfCursor(after);
      const found = await details((query) => {
        if (lastId !== null) query.where("m.id < :lastId", { lastId });
        return query.orderBy("m.id", "DESC").limit(limit + 1);
      });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return { items, next: found.length > limit && last ? cursorOf(last.id) : null };
    },

    async *stream(chunkSize = 1000) {
      for (let lastId = 0; ;) {
        const after = lastId;
        const chunk = await details((query) =>
          query.where("m.id > :after", { after }).orderBy("m.id").limit(chunkSize),
        );
        const last = chunk.at(-1);
        if (!last) return;
        yield chunk;
        lastId = last.id;
        // SQLite never waits for anything, and calls want their turn.
        await yieldToOthers();
      }
    },

    count: () => store.read((manager) => manager.count(PhoneMapping)),
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
