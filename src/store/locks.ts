import type { EntityManager } from "typeorm";
import { dialectOf } from "./dialect.ts";
import type { LockRow } from "./entities/shared.ts";
import { hasRows } from "./sql.ts";

type LockName = LockRow["name"];

// SQL, because imports take these locks for every batch. SQLite has one writer at a time anyway.
const select = "SELECT name FROM locks WHERE name = ?";

/** Exclusive across all instances, held until the end of the transaction. */
export async function takeLock(manager: EntityManager, name: LockName): Promise<void> {
  const { forUpdate } = dialectOf(manager);
  if (forUpdate !== "") await hasRows(manager, `${select}${forUpdate}`, [name]);
}

/** Like `takeLock`, but resolves to false at once if another transaction holds it. */
export async function tryLock(manager: EntityManager, name: LockName): Promise<boolean> {
  return hasRows(manager, `${select}${dialectOf(manager).forUpdateOfFree}`, [name]);
}

/** Shared by any number of transactions, but exclusive with `takeLock`. */
export async function shareLock(manager: EntityManager, name: LockName): Promise<void> {
  const { forShare } = dialectOf(manager);
  if (forShare !== "") await hasRows(manager, `${select}${forShare}`, [name]);
}
