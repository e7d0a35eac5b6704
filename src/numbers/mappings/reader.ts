import type { EntityManager } from "typeorm";
import type { Mapping } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { Store } from "../../store/types.ts";
import { mappingsOf } from "./filter.ts";
import type { MappingQueryBuilder } from "./filter.ts";
import { detailRows, rowsForCall, toDetails, toMapping } from "./rows.ts";
import { Pairs } from "./pairs.ts";
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
  const ofBoth = rowsForCall.always((manager) =>
    mappingsOf(manager, {}).where(
      "(m.fakePhone = :dialled OR m.fakePhone = :caller OR m.realPhone = :caller)",
      { dialled: "", caller: "" },
    ),
  );
  const byReal = detailRows.always((manager) => withNumber(manager, "realPhone"));
  const pairs = new Pairs<PhoneNumber, Mapping | null>({
    async one(number) {
      const [row] = await store.read((manager) => forCall(manager, [number]), { quick: true });
      return row ? toMapping(row) : null;
    },
    async other(number) {
      const rows = await store.read((manager) => ofEither(manager, [number, number]), { quick: true });
      return withEither(rows.map(toMapping), number);
    },
    async both(dialled, caller) {
      const rows = await store.read((manager) => ofBoth(manager, [dialled, caller, caller]), {
        quick: true,
      });
      const found = rows.map(toMapping);
      return [found.find(({ proxyNumber }) => proxyNumber === dialled) ?? null, withEither(found, caller)];
    },
  });
  return {
    loadForCall: (number) => pairs.one(number),
    loadByEither: (number) => pairs.other(number),

    async findByReal(number) {
      const [row] = await store.read((manager) => byReal(manager, [number]), { quick: true });
      return row ? toDetails(row) : null;
    },
  };
}

const withEither = (found: readonly Mapping[], number: PhoneNumber): Mapping | null =>
  found.find(({ proxyNumber }) => proxyNumber === number) ??
  found.find(({ realNumber }) => realNumber === number) ??
  null;

const withNumber = (manager: EntityManager, column: "fakePhone" | "realPhone"): MappingQueryBuilder =>
  mappingsOf(manager, {}).where(`m.${column} = :number`, { number: "" });
