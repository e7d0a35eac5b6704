import type { EntityManager } from "typeorm";
import type { Store } from "../../store/types.ts";
import type { MappingInvalidations } from "../types.ts";
import { lockRows } from "./editRows.ts";
import type { EditableRow } from "./editRows.ts";

interface EditParts {
  readonly store: Store;
  readonly invalidations: Pick<MappingInvalidations, "prepare" | "announce">;
}

export interface EditOptions {
  /** Whether the counts of pools change. */
  readonly needsPools?: boolean;
  /** Locks that come before those of pools and mappings. */
  readonly before?: (manager: EntityManager) => Promise<void>;
}

/** Mappings per transaction; they are locked for its duration. */
export const batchSize = 500;

/** Resolves to the rows that it changed. */
export type EditWork = (
  manager: EntityManager,
  rows: readonly EditableRow[],
) => Promise<readonly EditableRow[]>;

/** One transaction; its numbers are held in the shared cache before the commit and announced afterwards. */
export type EditBatch = (
  ids: readonly number[],
  work: EditWork,
  options?: EditOptions,
) => Promise<{ readonly seen: readonly EditableRow[]; readonly changed: readonly EditableRow[] }>;

export const createEditBatch =
  ({ store, invalidations }: EditParts): EditBatch =>
  async (ids, work, { needsPools = false, before } = {}) => {
    let announced: Promise<void> | undefined;
    const result = await store.transaction(async (manager) => {
      await before?.(manager);
      const seen = await lockRows(manager, ids, needsPools);
      const changed = await work(manager, seen);
      const numbers = changed.map(({ proxyNumber }) => proxyNumber);
      if (numbers.length > 0) {
        await invalidations.prepare(numbers);
        store.afterCommit(() => {
          announced = invalidations.announce(numbers);
        });
      }
      return { seen, changed };
    });
    await announced;
    return result;
  };
