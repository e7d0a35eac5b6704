import { In } from "typeorm";
import type { Actor } from "../../access/rules/rights.ts";
import { isEmbedded } from "../../store/dialect.ts";
import { AuditChange, AuditEntry } from "../../store/entities/access.ts";
import { MappingChange, PhoneMapping } from "../../store/entities/mappings.ts";
import type { Store } from "../../store/types.ts";
import { isPhoneNumber } from "../../values/phoneNumber.ts";
import { writeBulkChange } from "./bulkChanges.ts";
import { lockRows, releaseRows } from "./editRows.ts";
import { mappingsOf } from "./filter.ts";
import { findOurs } from "./knownNumbers.ts";
import { detailRows, toDetails } from "./rows.ts";
import type { MappingInvalidations, MappingDetails } from "../types.ts";

interface Parts {
  readonly store: Store;
  readonly invalidations: Pick<MappingInvalidations, "prepare" | "announce">;
  readonly clock: { nowMs(): number };
}

/** The mappings of a real number, the released ones included. */
export async function mappingsWith(store: Store, number: string): Promise<readonly MappingDetails[]> {
  if (!isPhoneNumber(number)) return [];
  const rows = await store.read((manager) =>
    detailRows.of(
      mappingsOf(manager, { number }).andWhere("COALESCE(m.realPhone, m.releasedRealPhone) = :number", {
        number,
      }),
    ),
  );
  return rows.map(toDetails);
}

/** Whether the number is in one of the pools, or is the proxy number of a mapping. */
export async function isProxyNumber(store: Store, number: string): Promise<boolean> {
  if (!isPhoneNumber(number)) return false;
  return store.read(
    async (manager) =>
      (await findOurs(manager, [number])).size > 0 || manager.existsBy(PhoneMapping, { fakePhone: number }),
  );
}

/**
 * Releases the mappings of a real number and removes it from them, with what was written about its owner. They stay in
 * the history and the audit log by their ID. Resolves to the IDs.
 */
export async function eraseMappings(parts: Parts, number: string, by: Actor): Promise<readonly number[]> {
  const { store, invalidations, clock } = parts;
  const found = await mappingsWith(store, number);
  const ids = found.map(({ id }) => id);
  if (ids.length === 0) return ids;
  const proxyNumbers = found.map(({ proxyNumber }) => proxyNumber);
  await store.transaction(async (manager) => {
    const nowMs = clock.nowMs();
    const rows = await lockRows(manager, ids, true);
    await releaseRows(
      manager,
      rows.filter(({ state }) => state !== "quarantined"),
      nowMs,
    );
    await manager.update(
      PhoneMapping,
      { id: In([...ids]) },
      {
        realPhone: null,
        releasedRealPhone: null,
        label: null,
        reference: null,
        ...(isEmbedded(store) && { labelFolded: null, referenceFolded: null }),
        updatedAt: nowMs,
      },
    );
    await manager.delete(MappingChange, { mappingId: In([...ids]), field: In(["label", "reference"]) });
    const audited = await manager.find(AuditEntry, {
      select: { id: true },
      where: { targetKind: "mappings", targetId: In(ids.map(String)) },
    });
    const auditIds = audited.map(({ id }) => id);
    await manager.delete(AuditChange, { auditId: In(auditIds), field: In(["label", "reference"]) });
    await writeBulkChange(manager, { atMs: nowMs, what: "erased", fields: [], actor: by }, ids);
    await invalidations.prepare(proxyNumbers);
  });
  await invalidations.announce(proxyNumbers);
  return ids;
}
