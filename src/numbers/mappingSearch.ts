import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { EntityManager } from "typeorm";
import type { Store } from "../store/types.ts";
import { BadCursorError } from "./errors.ts";
import { filterSql } from "./mappingFilter.ts";
import { detailColumns, detailTables, toDetails } from "./mappingRow.ts";
import type { DetailRow } from "./mappingRow.ts";
import type { MappingFilter, MappingSearch, MappingSort } from "./mappingTypes.ts";
import { planPage } from "./pagePlan.ts";
import type { PagePlan } from "./pagePlan.ts";
import { placeholders } from "./poolRows.ts";
import type { MappingDetails } from "./types.ts";

const maxPage = 1000;

/** Beyond it a count says "at least". */
export const maxCount = 10_000;

const sortColumns: Readonly<Record<Exclude<MappingSort, "created">, string>> = {
  realNumber: "m.real_phone",
  proxyNumber: "m.fake_phone",
  label: "m.label",
  reference: "m.reference",
  expiresAt: "m.expires_at",
};

/** The last mapping of a page. It holds no number: cursors stand in addresses. */
interface Cursor {
  readonly id: number;
}

interface Order {
  readonly sort: MappingSort;
  readonly descending: boolean;
}

export function createMappingSearch(store: Store): MappingSearch {
  const { kind } = store;

  async function ids(
    manager: EntityManager,
    filter: MappingFilter,
    more: { readonly sql: string; readonly parameters: readonly unknown[] },
    order: string,
    limit: number,
    plan: PagePlan,
  ): Promise<readonly number[]> {
    const { from, conditions, parameters } = filterSql(kind, filter, plan.index);
    const all = [...conditions, ...(more.sql === "" ? [] : [more.sql])];
    const where = all.length === 0 ? "" : `WHERE ${all.join(" AND ")}`;
    const rows: { id: number }[] = await manager.query(
      `SELECT ${plan.hint} m.id FROM ${from} ${where} ORDER BY ${order} LIMIT ?`,
      [...parameters, ...more.parameters, limit],
    );
    return rows.map(({ id }) => id);
  }

  async function orderedIds(
    manager: EntityManager,
    filter: MappingFilter,
    { sort, descending }: Order,
    after: Cursor | null,
    limit: number,
  ): Promise<readonly number[]> {
    const direction = descending ? "DESC" : "ASC";
    const beyond = descending ? "<" : ">";
    const byKey = `m.id ${direction}`;
    const plan = await planPage(manager, kind, filter, sort);
    if (sort === "created") {
      const more = after === null ? nothing : { sql: `m.id ${beyond} ?`, parameters: [after.id] };
      return ids(manager, filter, more, byKey, limit, plan);
    }
    const column = sortColumns[sort];
    const collated =
      kind === "sqlite" && /label|reference/.test(column) ? `${column} COLLATE NOCASE` : column;
    const value = after === null ? undefined : await valueAt(manager, column, after);
    const found: number[] = [];
    if (value !== null) {
      const from =
        value === undefined || after === null
          ? { sql: `${column} IS NOT NULL`, parameters: [] }
          : beyondValue(collated, beyond, value, after.id);
      found.push(...(await ids(manager, filter, from, `${collated} ${direction}, ${byKey}`, limit, plan)));
    }
    if (found.length < limit && mayLack(sort, filter)) {
      const from =
        value === null && after !== null
          ? { sql: `${column} IS NULL AND m.id ${beyond} ?`, parameters: [after.id] }
          : { sql: `${column} IS NULL`, parameters: [] };
      found.push(...(await ids(manager, filter, from, byKey, limit - found.length, plan)));
    }
    return found;
  }

  /** Where MySQL sees ranges of an index, SQLite wants the same said as one comparison. */
  function beyondValue(column: string, beyond: string, value: unknown, id: number) {
    return kind === "mysql"
      ? {
          sql: `(${column} ${beyond} ? OR (${column} = ? AND m.id ${beyond} ?))`,
          parameters: [value, value, id],
        }
      : { sql: `(${column}, m.id) ${beyond} (?, ?)`, parameters: [value, id] };
  }

  return {
    async page({ filter = {}, sort = "created", descending = sort === "created", after = null, limit }) {
      if (!Number.isInteger(limit) || limit < 1 || limit > maxPage) {
        throw new RangeError(`A page has 1 to ${maxPage} mappings.`);
      }
      const order = { sort, descending };
      const cursor = after === null ? null : readCursor(after);
      return store.read(async (manager) => {
        const wanted = await orderedIds(manager, filter, order, cursor, limit + 1);
        const items = await details(manager, wanted.slice(0, limit));
        const last = wanted[limit - 1];
        return {
          items,
          next: wanted.length > limit && last !== undefined ? writeCursor({ id: last }) : null,
        };
      });
    },

    async count(filter) {
      const { poolId, state, ...others } = filter;
      if (Object.values(others).every((value) => value === undefined)) {
        return { value: await keptCount(store, poolId, state), exact: true };
      }
      const { from, conditions, parameters } = filterSql(kind, filter);
      const [row]: { count: number | string }[] = await store.read((manager) =>
        manager.query(
          `SELECT COUNT(*) AS count FROM (SELECT m.id FROM ${from} WHERE ${["1 = 1", ...conditions].join(" AND ")} LIMIT ?) bounded`,
          [...parameters, maxCount + 1],
        ),
      );
      const count = Number(row?.count ?? 0);
      return { value: Math.min(count, maxCount), exact: count <= maxCount };
    },

    async countAll(filter) {
      const { from, conditions, parameters } = filterSql(kind, filter);
      const [row]: { count: number | string }[] = await store.read((manager) =>
        manager.query(
          `SELECT COUNT(*) AS count FROM ${from} WHERE ${["1 = 1", ...conditions].join(" AND ")}`,
          [...parameters],
        ),
      );
      return Number(row?.count ?? 0);
    },

    async *stream(filter, chunkSize = 2000) {
      const read = (lastId: number) =>
        store.read((manager) => chunkAfter(manager, kind, filter, lastId, chunkSize));
      for (let reading = read(0); ;) {
        const chunk = await reading;
        const last = chunk.at(-1);
        if (!last) return;
        // The database reads on while this chunk is written. Who stops here never asks how that went.
        reading = read(last.id);
        reading.catch(() => undefined);
        yield chunk.map(toDetails);
        // SQLite never waits for anything, and calls want their turn.
        await yieldToOthers();
      }
    },

    async find(id) {
      const [found] = await store.read((manager) => details(manager, [id]));
      return found ?? null;
    },
  };
}

/** In the order of the ids. The rows come after the order is known, so that nothing is read for nothing. */
async function details(
  manager: EntityManager,
  wanted: readonly number[],
): Promise<readonly MappingDetails[]> {
  if (wanted.length === 0) return [];
  const rows: DetailRow[] = await manager.query(
    `SELECT ${detailColumns} ${detailTables} WHERE m.id IN (${placeholders(wanted)})`,
    [...wanted],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return wanted.flatMap((id) => {
    const row = byId.get(id);
    return row ? [toDetails(row)] : [];
  });
}

const nothing = { sql: "", parameters: [] };

async function chunkAfter(
  manager: EntityManager,
  kind: Store["kind"],
  filter: MappingFilter,
  lastId: number,
  limit: number,
): Promise<readonly DetailRow[]> {
  const { from, conditions, parameters } = filterSql(kind, filter);
  return manager.query(
    `SELECT ${detailColumns} FROM ${from} LEFT JOIN number_pools p ON p.id = m.pool_id
     WHERE ${[...conditions, "m.id > ?"].join(" AND ")} ORDER BY m.id LIMIT ?`,
    [...parameters, lastId, limit],
  );
}

/** Whether there can be mappings without a value to sort by. */
function mayLack(sort: MappingSort, filter: MappingFilter): boolean {
  switch (sort) {
    case "created":
    case "proxyNumber":
      return false;
    case "realNumber":
      return filter.state === undefined || filter.state === "quarantined";
    case "label":
    case "reference":
      return filter[sort] === undefined;
    case "expiresAt":
      return true;
  }
}

/** Where the mapping stands now; null: among those without a value. */
async function valueAt(manager: EntityManager, column: string, { id }: Cursor): Promise<unknown> {
  const [row]: { value: unknown }[] = await manager.query(
    `SELECT ${column} AS value FROM phone_mappings m WHERE m.id = ?`,
    [id],
  );
  if (!row) throw new BadCursorError();
  return row.value;
}

async function keptCount(store: Store, poolId?: number, state?: string): Promise<number> {
  const conditions = ["1 = 1"];
  const parameters: unknown[] = [];
  if (poolId !== undefined) {
    conditions.push("pool_id = ?");
    parameters.push(poolId);
  }
  if (state !== undefined) {
    conditions.push("state = ?");
    parameters.push(state);
  }
  const [row]: { count: number | string | null }[] = await store.read((manager) =>
    manager.query(
      `SELECT SUM(count) AS count FROM mapping_counts WHERE ${conditions.join(" AND ")}`,
      parameters,
    ),
  );
  return Number(row?.count ?? 0);
}

export function writeCursor({ id }: Cursor): string {
  return Buffer.from(`id:${id}`).toString("base64url");
}

export function readCursor(cursor: string): Cursor {
  const id = /^id:(\d{1,15})$/.exec(Buffer.from(cursor, "base64url").toString())?.[1];
  if (id === undefined) throw new BadCursorError();
  return { id: Number(id) };
}
