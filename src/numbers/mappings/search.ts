import { setImmediate as yieldToOthers } from "node:timers/promises";
import type { EntityManager } from "typeorm";
import type { Store } from "../../store/types.ts";
import { filterSql } from "./filter.ts";
import { detailColumns, detailTables, exportColumns, toDetails, toExported } from "./rows.ts";
import type { DetailRow, ExportRow } from "./rows.ts";
import { placesInOrder } from "./order.ts";
import type { MappingCount, MappingFilter, MappingSearch, MappingSort } from "./types.ts";
import { createPagePlaces } from "./pagePlaces.ts";
import type { PagePlace } from "./pagePlaces.ts";
import { planPage } from "./pagePlan.ts";
import type { PagePlan } from "./pagePlan.ts";
import { placeholders } from "../pools/rows.ts";
import type { MappingDetails } from "../types.ts";

const maxPage = 1000;

/** Beyond it a count says "at least". */
export const maxCount = 10_000;

/** Mappings with a text that are looked at for a count. */
const mostLookedAt = 6000;

/** What its pages are places of. */
export const placeList = (sort: MappingSort, descending: boolean): string =>
  `mappings ${sort} ${descending ? "descending" : "ascending"}`;

export function createMappingSearch(store: Store): MappingSearch {
  const { kind } = store;
  const places = createPagePlaces(store);

  return {
    async page({ filter = {}, sort = "created", descending = sort === "created", after = null, limit }) {
      if (!Number.isInteger(limit) || limit < 1 || limit > maxPage) {
        throw new RangeError(`A page has 1 to ${maxPage} mappings.`);
      }
      const list = placeList(sort, descending);
      const behind = after === null ? null : await places.open(list, after);
      const { found, items } = await store.read(async (manager) => {
        if (sort === "created" && Object.values(filter).every((value) => value === undefined))
          return pageOfAll(manager, descending, behind, limit);
        const order = { sort, descending };
        const some = await placesInOrder(manager, kind, filter, order, behind, limit + 1);
        const wanted = some.slice(0, limit).map(({ id }) => id);
        return { found: some, items: await details(manager, wanted) };
      });
      const last = found[limit - 1];
      const hasMore = found.length > limit && last !== undefined;
      return { items, next: hasMore ? await places.seal(list, last) : null };
    },

    async count(filter) {
      const { poolId, state, ...others } = filter;
      if (Object.values(others).every((value) => value === undefined)) {
        return { value: await keptCount(store, poolId, state), exact: true };
      }
      if (hasMoreThanTexts(filter)) return store.read((manager) => countAmongTexts(manager, kind, filter));
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

    async *stream(filter, chunkSize = 1000) {
      const plan = await store.read((manager) => planPage(manager, kind, filter, "created"));
      const read = (lastId: number) =>
        store.read((manager) => chunkAfter(manager, kind, filter, plan, lastId, chunkSize));
      for (let reading = read(0); ;) {
        const chunk = await reading;
        const last = chunk.at(-1);
        if (!last) return;
        // The database reads on while this chunk is written. Who stops here never asks how that went.
        reading = read(last.id);
        reading.catch(() => undefined);
        yield chunk.map(toExported);
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

/** A text that many have, together with something that few of them may be. */
function hasMoreThanTexts({
  label,
  reference,
  number,
  suffix,
  poolId,
  state,
  importId,
}: MappingFilter): boolean {
  const hasText = label !== undefined || reference !== undefined;
  const isByNumber = number !== undefined || suffix !== undefined;
  return hasText && !isByNumber && (poolId !== undefined || state !== undefined || importId !== undefined);
}

/** Counts among the first that have the text: going through all of them for a few would cost the page its time. */
async function countAmongTexts(
  manager: EntityManager,
  kind: Store["kind"],
  { label, reference, poolId, state, importId }: MappingFilter,
): Promise<MappingCount> {
  const texts = filterSql(kind, {
    ...(label !== undefined && { label }),
    ...(reference !== undefined && { reference }),
  });
  const rest = filterSql(kind, {
    ...(poolId !== undefined && { poolId }),
    ...(state !== undefined && { state }),
    ...(importId !== undefined && { importId }),
  });
  const [row]: { looked: number | string; count: number | string | null }[] = await manager.query(
    `SELECT COUNT(*) AS looked, SUM(CASE WHEN ${rest.conditions.join(" AND ")} THEN 1 ELSE 0 END) AS count FROM
       (SELECT m.pool_id, m.state, m.import_id FROM ${texts.from} WHERE ${texts.conditions.join(" AND ")} LIMIT ?) m`,
    [...rest.parameters, ...texts.parameters, mostLookedAt + 1],
  );
  const count = Number(row?.count ?? 0);
  const isWhole = Number(row?.looked ?? 0) <= mostLookedAt;
  return { value: Math.min(count, maxCount), exact: isWhole && count <= maxCount };
}

/** The list as everybody opens it: nothing has to be looked for, so that one question brings rows and order. */
async function pageOfAll(
  manager: EntityManager,
  descending: boolean,
  after: PagePlace | null,
  limit: number,
): Promise<{ readonly found: readonly PagePlace[]; readonly items: readonly MappingDetails[] }> {
  const where = after === null ? "" : `WHERE m.id ${descending ? "<" : ">"} ?`;
  const rows: DetailRow[] = await manager.query(
    `SELECT ${detailColumns} ${detailTables} ${where} ORDER BY m.id ${descending ? "DESC" : "ASC"} LIMIT ?`,
    [...(after === null ? [] : [after.id]), limit + 1],
  );
  return {
    found: rows.map(({ id }) => ({ value: null, id })),
    items: rows.slice(0, limit).map(toDetails),
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

async function chunkAfter(
  manager: EntityManager,
  kind: Store["kind"],
  filter: MappingFilter,
  { index }: PagePlan,
  lastId: number,
  limit: number,
): Promise<readonly ExportRow[]> {
  const { from, conditions, parameters } = filterSql(kind, filter, index);
  return manager.query(
    `SELECT ${exportColumns} FROM ${from} LEFT JOIN number_pools p ON p.id = m.pool_id
     WHERE ${[...conditions, "m.id > ?"].join(" AND ")} ORDER BY m.id LIMIT ?`,
    [...parameters, lastId, limit],
  );
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
