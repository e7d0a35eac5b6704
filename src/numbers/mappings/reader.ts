import type { EntityManager } from "typeorm";
import type { Mapping } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { Store } from "../../store/types.ts";
import { mappingsOf } from "./filter.ts";
import type { MappingQueryBuilder } from "./filter.ts";
import { detailRows, rowsForCall, toDetails, toMapping } from "./rows.ts";
import type { MappingReader } from "../types.ts";

interface MappingRepository extends MappingReader {
  /** The fields that a call needs, for the cached lookup. */
  readonly loadForCall: (number: PhoneNumber) => Promise<Mapping | null>;
  /** The same for a number on either side; the proxy number's mapping if there are two. */
  readonly loadByEither: (number: PhoneNumber) => Promise<Mapping | null>;
}

export function createMappingRepository(store: Store): MappingRepository {
  const forCall = rowsForCall.always((manager) => withNumber(manager, "fakePhone"));
  const ofEither = rowsForCall.always((manager) =>
    mappingsOf(manager, {}).where("(m.fakePhone = :number OR m.realPhone = :number)", { number: "" }),
  );
  const byReal = detailRows.always((manager) => withNumber(manager, "realPhone"));
  return {
    async loadForCall(number) {
      const [row] = await store.read((manager) => forCall(manager, [number]), { quick: true });
      return row ? toMapping(row) : null;
    },

    async loadByEither(number) {
      const rows = await store.read((manager) => ofEither(manager, [number, number]), { quick: true });
      const row = rows.find(({ fakePhone }) => fakePhone === number) ?? rows[0];
      return row ? toMapping(row) : null;
    },

    async findByReal(number) {
      const [row] = await store.read((manager) => byReal(manager, [number]), { quick: true });
      return row ? toDetails(row) : null;
    },
  };
}

const withNumber = (manager: EntityManager, column: "fakePhone" | "realPhone"): MappingQueryBuilder =>
  mappingsOf(manager, {}).where(`m.${column} = :number`, { number: "" });
