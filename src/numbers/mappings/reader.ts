import type { Mapping } from "../../values/mapping.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { Store } from "../../store/types.ts";
import { detailRows, rowsForCall, toDetails, toMapping } from "./rows.ts";
import type { MappingReader } from "../types.ts";

interface MappingRepository extends MappingReader {
  /** The fields that a call needs, for the cached lookup. */
  readonly loadForCall: (number: PhoneNumber) => Promise<Mapping | null>;
}

export function createMappingRepository(store: Store): MappingRepository {
  const forCall = rowsForCall.by("fakePhone");
  const byReal = detailRows.by("realPhone");
  return {
    async loadForCall(number) {
      const row = await store.read((manager) => forCall(manager, number), { quick: true });
      return row ? toMapping(row) : null;
    },

    async findByReal(number) {
      const row = await store.read((manager) => byReal(manager, number), { quick: true });
      return row ? toDetails(row) : null;
    },
  };
}
