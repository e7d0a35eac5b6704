import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { Store } from "../../store/types.ts";
import { MappingReleasedError, MappingUnknownError, PoolClutteredError } from "../errors.ts";
import { lockPoolsAgainstNewNumbers } from "../pools/rows.ts";
import type { MappingInvalidations, MappingDetails, NumberMapper } from "../types.ts";
import type { AddMapping } from "./add.ts";
import type { MappingEditor, MappingSearch } from "./types.ts";

interface RenumberParts {
  readonly store: Store;
  readonly search: Pick<MappingSearch, "find">;
  readonly editor: Pick<MappingEditor, "release" | "update">;
  readonly add: AddMapping;
  readonly mapper: Pick<NumberMapper, "makeRoom">;
  readonly invalidations: Pick<MappingInvalidations, "announce">;
}

/**
 * Gives the real number another proxy number, in a new mapping with the same label, reference, expiry, and caller ID.
 * The old one is released. Rejects like `AddMapping` and `MappingEditor.release`; then nothing has changed.
 */
export type RenumberMapping = (
  id: number,
  wanted: {
    /** null: any of the pool. */
    readonly proxyNumber: PhoneNumber | null;
    /** null: the pool of the old proxy number. */
    readonly poolId: number | null;
    readonly seenUpdatedAtMs?: number | null;
  },
) => Promise<MappingDetails>;

const maxTries = 5;

export function createRenumbering(parts: RenumberParts): RenumberMapping {
  const { store, search, editor, add, mapper, invalidations } = parts;

  const attempt = (id: number, { proxyNumber, poolId, ...seen }: Parameters<RenumberMapping>[1]) =>
    store.transaction(async (manager) => {
      // All locks that follow, in an order that no other transaction reverses.
      await lockPoolsAgainstNewNumbers(manager);
      const old = await search.find(id);
      if (old === null) throw new MappingUnknownError();
      if (old.state === "quarantined" || old.realNumber === null) throw new MappingReleasedError();
      const { realNumber } = old;
      await editor.release(id, seen);
      const { label, reference, expiresAtMs, callerIdPolicy } = old;
      const added = await add({
        realNumber,
        label,
        reference,
        expiresAtMs,
        callerIdPolicy,
        proxyNumber,
        poolId: poolId ?? old.poolId,
      });
      const renumbered =
        old.state === "disabled" ? await editor.update(added.id, { state: "disabled" }) : added;
      return { old, renumbered };
    });

  return async (id, wanted) => {
    for (let tries = 1; ; tries += 1) {
      try {
        const { old, renumbered } = await attempt(id, wanted);
        // Invalidations sent within the transaction have not been awaited.
        await invalidations.announce([old.proxyNumber, renumbered.proxyNumber]);
        return renumbered;
      } catch (error) {
        if (!(error instanceof PoolClutteredError) || tries === maxTries) throw error;
        await mapper.makeRoom(error.poolId);
      }
    }
  };
}
