import { CallLog } from "../store/entities/calls.ts";
import { PhoneMapping } from "../store/entities/mappings.ts";
import type { Store } from "../store/types.ts";

/** Real numbers one by one, for those who otherwise see them masked. Null: there is no such mapping or call. */
export interface Reveal {
  ofMapping(mappingId: number): Promise<string | null>;
  ofCall(callId: string): Promise<RevealedCall | null>;
}

interface RevealedCall {
  /** null: no number was dialled. */
  readonly realNumber: string | null;
  /** null: withheld. */
  readonly caller: string | null;
}

export function createReveal(store: Store): Reveal {
  return {
    async ofMapping(mappingId) {
      const row = await store.read((manager) =>
        manager.findOne(PhoneMapping, {
          select: { id: true, realPhone: true, releasedRealPhone: true },
          where: { id: mappingId },
        }),
      );
      return row?.realPhone ?? row?.releasedRealPhone ?? null;
    },

    async ofCall(callId) {
      const row = await store.read((manager) =>
        manager.findOne(CallLog, {
          select: { id: true, callId: true, realPhone: true, callerId: true },
          where: { callId },
        }),
      );
      // MySQL ignores spaces at the end, but an audit entry with them would not be found by the ID.
      if (row?.callId !== callId) return null;
      return { realNumber: row.realPhone, caller: row.callerId === "" ? null : row.callerId };
    },
  };
}
