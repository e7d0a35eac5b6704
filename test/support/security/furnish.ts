import { keyScopes } from "../../../src/access/rules/rights.ts";
import type { Store } from "../../../src/store/types.ts";
import type { GuardedApi } from "../../integration/access/support.ts";
import { phoneNumber } from "../api.ts";
import { neighbour } from "./senders.ts";
import { callIdAt, furnished, proxyNumberAt, rangeAt, realNumberAt } from "./hostileValues.ts";

const places = Array.from({ length: furnished }, (_, index) => index + 1);

/** Fills the installation with a little of everything, so that requests find what they are about. */
export async function furnish(api: GuardedApi, store: Store): Promise<void> {
  await store.transaction(async (manager) => {
    for (const index of places)
      await manager.query(
        `INSERT INTO call_logs (call_id, fake_phone, real_phone, caller_id, call_timestamp, call_status)
         VALUES (?, ?, '79001112211', '+79998887766', '2026-11-23 06:00:00.000', 'answered')`,
        [callIdAt(index), proxyNumberAt(index)],
      );
  });
  for (const index of places) {
    await api.user("operator", `somebody-${index}`);
    await api.signIn(neighbour);
    await api.key(["stats.read"]);
  }
  await refurnish(api);
}

/** Replaces what requests have deleted. Every second mapping is released, so that it can be restored. */
export async function refurnish(api: GuardedApi): Promise<void> {
  const key = await api.key(keyScopes);
  const pool = await api.pools.ensureDefault([
    { first: phoneNumber(proxyNumberAt(0)), last: phoneNumber(proxyNumberAt(999)) },
  ]);
  await api.ask("POST", `/pools/${pool}/extend`, { key, body: { ranges: places.map(rangeAt) } });
  for (const index of places) {
    const { body } = await api.ask("POST", "/mappings", {
      key,
      body: { realNumber: realNumberAt(index), proxyNumber: proxyNumberAt(index) },
    });
    const { id } = body;
    if (index % 2 === 0 && typeof id === "number") await api.ask("DELETE", `/mappings/${id}`, { key });
  }
}
