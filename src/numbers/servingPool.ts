import type { EntityManager } from "typeorm";
import { NumberPool } from "../store/entities/numbers.ts";

/** A pool that gives numbers out. */
export interface OpenPool {
  readonly id: number;
  readonly name: string;
}

/** Pools as they are open to whoever wants a number. */
interface OpenPools {
  readonly all: readonly OpenPool[];
  /**
   * The pool to take from where none is named: the default, or the only open one while the default is paused or there
   * is none. null: there is no open pool, or a person has to choose one of several.
   */
  readonly serving: OpenPool | null;
}

/** Paused pools are left out. */
export async function readOpenPools(manager: EntityManager): Promise<OpenPools> {
  const rows = await manager.find(NumberPool, { where: { enabled: true }, order: { id: "ASC" } });
  const all = rows.map(({ id, name }) => ({ id, name }));
  const [first] = all;
  const onlyOne = all.length === 1 ? first : undefined;
  const defaultAt = rows.findIndex(({ isDefault }) => isDefault === 1);
  return { all, serving: all[defaultAt] ?? onlyOne ?? null };
}
