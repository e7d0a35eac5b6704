import { In, LessThan } from "typeorm";
import { sleep } from "../ops/sleep.ts";
import type { SteadyClock } from "../ops/types.ts";
import { AuditChange, AuditEntry } from "../store/entities/access.ts";
import { Lock } from "../store/entities/shared.ts";
import type { Store } from "../store/types.ts";

const batchRows = 500;
const pauseMs = 50;

/** How many entries are older. */
export const countEntriesBefore = (store: Store, beforeMs: number): Promise<number> =>
  store.read((manager) => manager.countBy(AuditEntry, { at: LessThan(beforeMs) }));

/**
 * Removes the older entries, in small batches, and resolves to their number. With the application's own account of
 * `deploy/mysql/accounts.sql`, MySQL refuses this. Everywhere else, a trigger does without the row in `locks`, which
 * exists only within these transactions.
 */
export async function removeEntriesBefore(
  { store, clock }: { readonly store: Store; readonly clock: SteadyClock },
  beforeMs: number,
): Promise<number> {
  for (let removed = 0; ; await sleep(clock, pauseMs)) {
    const batch = await store.transaction(async (manager) => {
      const entries = await manager.find(AuditEntry, {
        select: { id: true },
        where: { at: LessThan(beforeMs) },
        order: { id: "ASC" },
        take: batchRows,
      });
      if (entries.length === 0) return 0;
      const ids = entries.map(({ id }) => id);
      await manager.insert(Lock, { name: "audit_retention" });
      await manager.delete(AuditChange, { auditId: In(ids) });
      await manager.delete(AuditEntry, { id: In(ids) });
      await manager.delete(Lock, { name: "audit_retention" });
      return entries.length;
    });
    removed += batch;
    if (batch < batchRows) return removed;
  }
}
