import type { EntityManager } from "typeorm";
import { NumberPool } from "../store/entities/numbers.ts";

/** A pool that is not paused. */
export interface OpenPool {
  readonly id: number;
  readonly name: string;
}

/** The pools available for allocation. */
interface OpenPools {
  readonly all: readonly OpenPool[];
  /**
   * The pool used if none is named: the default, or the only open one if the default is paused or missing. null: no
   * open pool, or a user has to choose one of several.
   */
  readonly serving: OpenPool | null;
}

/** Without paused pools. */
export async function readOpenPools(manager: EntityManager): Promise<OpenPools> {
  const rows = await manager.find(NumberPool, { where: { enabled: true }, order: { id: "ASC" } });
  const all = rows.map(({ id, name }) => ({ id, name }));
  const [first] = all;
  const onlyOne = all.length === 1 ? first : undefined;
  const defaultAt = rows.findIndex(({ isDefault }) => isDefault === 1);
  return { all, serving: all[defaultAt] ?? onlyOne ?? null };
}
