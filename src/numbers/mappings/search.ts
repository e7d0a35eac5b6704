import { setImmediate as yieldToOthers } from "node:timers/promises";
import { In } from "typeorm";
import type { EntityManager } from "typeorm";
import type { Reading } from "../../store/types.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import { MappingCount } from "../../store/entities/numbers.ts";
import type { MappingState } from "../../values/mapping.ts";
import { nullable, number, rowOf } from "../../store/row.ts";
import { plainRows, selectRow } from "../../store/sql.ts";
import { mappingsOf } from "./filter.ts";
import type { MappingQueryBuilder } from "./filter.ts";
import { detailRows, exportRows, toDetails, toExported } from "./rows.ts";
import { placesInOrder } from "./order.ts";
import type { MappingFilter, MappingSearch, MappingSort } from "./types.ts";
import { createCandidates } from "./candidates.ts";
import { createPagePlaces } from "./pagePlaces.ts";
import type { PagePlace } from "./pagePlaces.ts";
import type { MappingDetails } from "../types.ts";

const maxPage = 1000;

/** Larger counts are reported as "at least". */
const maxCount = 10_000;

/** The list name of its cursors. */
export const placeList = (sort: MappingSort, descending: boolean): string =>
  `mappings ${sort} ${descending ? "descending" : "ascending"}`;

/** @param secrets where the key of the cursors is read. */
export function createMappingSearch(store: Reading, secrets: Reading = store): MappingSearch {
  const places = createPagePlaces(secrets);
  const candidates = createCandidates(store);
  const pageOfAll = pagesOfAll();

  return {
    async page({ filter = {}, sort = "created", descending = sort === "created", after = null, limit }) {
      if (!Number.isInteger(limit) || limit < 1 || limit > maxPage) {
        throw new RangeError(`The page size must be 1 to ${maxPage}.`);
      }
      const list = placeList(sort, descending);
      const behind = after === null ? null : await places.open(list, after);
      const narrowed = await candidates.narrowed(filter);
      if (narrowed === null) return { items: [], next: null };
      const { found, items } = await store.read(async (manager) => {
        if (sort === "created" && Object.values(filter).every((value) => value === undefined))
          return pageOfAll(manager, descending, behind, limit);
        const order = { sort, descending };
        const some = await placesInOrder(manager, narrowed, order, behind, limit + 1);
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
      const narrowed = await candidates.narrowed(filter);
      if (narrowed === null) return { value: 0, exact: true };
      const count = await store.read((manager) => countUpTo(manager, narrowed, maxCount + 1));
      return { value: Math.min(count, maxCount), exact: count <= maxCount };
    },

    countAll: (filter) => store.read((manager) => mappingsOf(manager, filter).getCount()),

    async *stream(filter, chunkSize = 2000) {
      const read = (lastId: number) =>
        store.read((manager) => exportRows.of(nextMappings(manager, filter, lastId, chunkSize)));
      for (let reading = read(0); ;) {
        const chunk = await reading;
        const last = chunk.at(-1);
        if (!last) return;
        // The database reads ahead while this chunk is written. A consumer that stops here does not await the
        // result.
        reading = read(last.id);
        reading.catch(() => undefined);
        yield chunk.map(toExported);
        // SQLite queries never yield, and calls need their turn.
        await yieldToOthers();
      }
    },

    async find(id) {
      const [found] = await store.read((manager) => details(manager, [id]));
      return found ?? null;
    },

    async parties(filter, limit) {
      const ids = await candidates.newest(filter, limit + 1);
      const found = await store.read((manager) => details(manager, ids.slice(0, limit)));
      const parties = found.flatMap(({ proxyNumber, realNumber, createdAtMs }) =>
        realNumber === null ? [] : [{ proxyNumber, realNumber, createdAtMs }],
      );
      return { parties, complete: ids.length <= limit };
    },

    async owners(proxyNumbers) {
      const rows = await store.read((manager) =>
        manager.find(PhoneMapping, {
          select: { id: true, fakePhone: true, label: true, reference: true, createdAt: true },
          where: { fakePhone: In([...proxyNumbers]) },
        }),
      );
      return rows.map(({ id, fakePhone, label, reference, createdAt }) => ({
        id,
        proxyNumber: fakePhone,
        label,
        reference,
        createdAtMs: createdAt,
      }));
    },
  };
}

/** SQL around the query, because TypeORM cannot count to a limit. */
async function countUpTo(manager: EntityManager, filter: MappingFilter, limit: number): Promise<number> {
  const [sql, parameters] = mappingsOf(manager, filter)
    .select("m.id", "id")
    .limit(limit)
    .getQueryAndParameters();
  const bounded = `SELECT COUNT(*) AS count FROM (${sql}) bounded`;
  const row = await selectRow(manager, rowOf({ count: number }), bounded, parameters);
  return row?.count ?? 0;
}

/** The unfiltered list: one query returns rows and order, and there are only so many of them. */
function pagesOfAll() {
  const queries = new Map<string, ReturnType<typeof detailRows.always>>();

  function queryFor(descending: boolean, isFirst: boolean, limit: number) {
    const key = `${descending} ${isFirst} ${limit}`;
    const known = queries.get(key);
    if (known !== undefined) return known;
    const query = detailRows.always((manager) => {
      const all = mappingsOf(manager, {});
      if (!isFirst) all.where(`m.id ${descending ? "<" : ">"} :id`, { id: "" });
      return all.orderBy("m.id", descending ? "DESC" : "ASC").limit(limit + 1);
    });
    queries.set(key, query);
    return query;
  }

  return async (
    manager: EntityManager,
    descending: boolean,
    after: PagePlace | null,
    limit: number,
  ): Promise<{ readonly found: readonly PagePlace[]; readonly items: readonly MappingDetails[] }> => {
    const query = queryFor(descending, after === null, limit);
    const rows = await query(manager, after === null ? [] : [after.id]);
    return {
      found: rows.map(({ id }) => ({ value: null, id })),
      items: rows.slice(0, limit).map(toDetails),
    };
  };
}

/** In the order of the IDs. Rows are read after the order is known, so that none is read in vain. */
async function details(
  manager: EntityManager,
  wanted: readonly number[],
): Promise<readonly MappingDetails[]> {
  if (wanted.length === 0) return [];
  const rows = await detailRows.of(mappingsOf(manager, { ids: wanted }));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return wanted.flatMap((id) => {
    const row = byId.get(id);
    return row ? [toDetails(row)] : [];
  });
}

/** The mappings of a filter in order of creation, after a given one. */
export const nextMappings = (
  manager: EntityManager,
  filter: MappingFilter,
  lastId: number,
  limit: number,
): MappingQueryBuilder =>
  mappingsOf(manager, filter).andWhere("m.id > :lastId", { lastId }).orderBy("m.id").limit(limit);

async function keptCount(store: Reading, poolId?: number, state?: MappingState): Promise<number> {
  return store.read(async (manager) => {
    const kept = manager.createQueryBuilder(MappingCount, "c").select("SUM(c.count)", "count");
    if (poolId !== undefined) kept.andWhere("c.poolId = :poolId", { poolId });
    if (state !== undefined) kept.andWhere("c.state = :state", { state });
    const [row] = await plainRows(kept, rowOf({ count: nullable(number) }));
    return row?.count ?? 0;
  });
}
