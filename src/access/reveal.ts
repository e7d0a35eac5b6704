import type { Store } from "../store/types.ts";

/** Real numbers one by one, for those who otherwise see them masked. Null: there is no such mapping or call. */
export interface Reveal {
  ofMapping(mappingId: number): Promise<string | null>;
  ofCall(callId: string): Promise<RevealedCall | null>;
}

export interface RevealedCall {
  /** null: it went to nobody. */
  readonly realNumber: string | null;
  /** null: withheld. */
  readonly caller: string | null;
}

export function createReveal(store: Store): Reveal {
  const rows = <Row>(sql: string, parameter: string | number): Promise<Row[]> =>
    store.read(async (manager) => {
      const found: Row[] = await manager.query(sql, [parameter]);
      return found;
    });
  return {
    async ofMapping(mappingId) {
      const [row] = await rows<{ readonly found: string | null }>(
        "SELECT COALESCE(real_phone, released_real_phone) AS found FROM phone_mappings WHERE id = ?",
        mappingId,
      );
      return row?.found ?? null;
    },

    async ofCall(callId) {
      const [row] = await rows<{ readonly real_phone: string | null; readonly caller_id: string }>(
        "SELECT real_phone, caller_id FROM call_logs WHERE call_id = ?",
        callId,
      );
      if (row === undefined) return null;
      return { realNumber: row.real_phone, caller: row.caller_id === "" ? null : row.caller_id };
    },
  };
}
