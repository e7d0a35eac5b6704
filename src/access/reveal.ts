import type { Store } from "../store/types.ts";

/** Real numbers one by one, for those who otherwise see them masked. Null: there is none. */
export interface Reveal {
  ofMapping(mappingId: number): Promise<string | null>;
  ofCall(callId: string): Promise<string | null>;
}

export function createReveal(store: Store): Reveal {
  const first = async (sql: string, parameter: string | number): Promise<string | null> => {
    const [row]: { found: string | null }[] = await store.read((manager) => manager.query(sql, [parameter]));
    return row?.found ?? null;
  };
  return {
    ofMapping: (mappingId) =>
      first(
        "SELECT COALESCE(real_phone, released_real_phone) AS found FROM phone_mappings WHERE id = ?",
        mappingId,
      ),
    ofCall: (callId) => first("SELECT real_phone AS found FROM call_logs WHERE call_id = ?", callId),
  };
}
