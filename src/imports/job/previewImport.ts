import { findOurs } from "../../numbers/mapper.ts";
import { noCounts, withRows } from "./counts.ts";
import { updateImport } from "./importTable.ts";
import { batchRowsOf, leaseMs, owning, Pace, untilStored } from "./jobContext.ts";
import type { Job, JobParts } from "./jobContext.ts";
import { findProxies, isLate } from "./mapItems.ts";
import { countFree, poolOf, readImportPools } from "./pools.ts";
import type { ImportPools, OpenPool } from "./pools.ts";
import { oneAhead, readItems } from "./readItems.ts";
import type { Item } from "./readItems.ts";
import { insertPiece, packRows, removePieces } from "./resultPieces.ts";
import type { ImportPreview, ResultCode, ResultRow, StoredImport } from "./types.ts";
import { fileOf } from "./uploadFolders.ts";

interface Need {
  readonly pool: OpenPool;
  readonly free: number;
  wanted: number;
}

/**
 * Goes through the whole file as the import would and says what would become of each row, without taking a
 * number. An interrupted preview begins anew. Throws as `runImport`.
 */
export async function previewImport(parts: JobParts, job: Job, found: StoredImport): Promise<void> {
  const { store, clock } = parts;
  const { importId } = job;
  const begun = { counts: noCounts, lastRow: 0, progress: 0, preview: null };
  await owning(parts, job, "previewing", async (manager) => {
    await removePieces(manager, importId);
    await updateImport(manager, importId, begun, clock.nowMs());
  });
  const pools = await untilStored(job, () => readImportPools(store, found.poolId));
  const needs = new Map<number, Need>();
  const foresee = foreseer(parts, job, found, pools, needs);
  const batches = readItems(fileOf(parts.directory, found.fileToken), {
    reading: found.description,
    expectedRows: found.description.estimatedRows,
    afterRow: 0,
    batchRows: batchRowsOf(store),
    nowMs: found.createdAtMs,
    signal: job.signal,
  });
  const pace = new Pace(clock.nowMs(), 0);
  let counts = noCounts;
  for await (const { items, lastRow, progress } of oneAhead(batches)) {
    job.signal.throwIfAborted();
    const rows = await foresee(items);
    counts = withRows(
      counts,
      rows.map(({ code }) => code),
    );
    const told = counts;
    const piece = await packRows(rows);
    const nowMs = clock.nowMs();
    const figures = pace.after(rows.length, progress, nowMs);
    await owning(parts, job, "previewing", async (manager, before) => {
      if (before.lastRow >= lastRow) return;
      await insertPiece(manager, importId, lastRow, piece);
      const change = { counts: told, lastRow, progress, ...figures, leaseUntilMs: nowMs + leaseMs };
      await updateImport(manager, importId, change, nowMs);
    });
  }
  await owning(parts, job, "previewing", (manager) => {
    const nowMs = clock.nowMs();
    const rest = { leaseOwner: null, leaseUntilMs: null, progress: 1, remainingMs: null };
    const preview = previewOf(counts, [...needs.values()]);
    return updateImport(manager, importId, { state: "previewed", preview, ...rest }, nowMs);
  });
}

function previewOf(counts: ImportPreview["counts"], needs: readonly Need[]): ImportPreview {
  return {
    counts,
    pools: needs.map(({ pool, wanted, free }) => ({ poolId: pool.id, name: pool.name, wanted, free })),
    poolSuffices: needs.every(({ wanted, free }) => wanted <= free),
  };
}

/** Says of the rows of a batch, in their order, what the import would make of them. */
function foreseer(
  { store, clock }: JobParts,
  job: Job,
  { poolId, createdAtMs }: StoredImport,
  pools: ImportPools,
  needs: Map<number, Need>,
): (items: readonly Item[]) => Promise<readonly ResultRow[]> {
  async function needOf(pool: OpenPool): Promise<Need> {
    const known = needs.get(pool.id);
    if (known) return known;
    const free = await untilStored(job, () =>
      store.read((manager) => countFree(manager, pool.id, clock.nowMs())),
    );
    const need: Need = { pool, free, wanted: 0 };
    needs.set(pool.id, need);
    return need;
  }

  return async (items) => {
    const numbers = items.flatMap((item) => (item.kind === "refused" ? [] : [item.value.realNumber]));
    const { proxies, ours } = await untilStored(job, () =>
      store.read(async (manager) => ({
        proxies: await findProxies(manager, numbers),
        ours: await findOurs(manager, numbers),
      })),
    );
    const rows: ResultRow[] = [];
    for (const item of items) rows.push(await foreseen(item, proxies, ours));
    return rows;
  };

  async function foreseen(
    item: Item,
    proxies: ReadonlyMap<string, string>,
    ours: ReadonlySet<string>,
  ): Promise<ResultRow> {
    const { row, input } = item;
    if (item.kind === "refused") return { row, input, realNumber: "", proxyNumber: "", code: item.code };
    const { realNumber } = item.value;
    const proxyNumber = proxies.get(realNumber);
    const done = (code: ResultCode, proxy = ""): ResultRow => ({
      row,
      input,
      realNumber,
      proxyNumber: proxy,
      code,
    });
    if (item.kind === "duplicate") return done("DUPLICATE_IN_FILE", proxyNumber);
    if (isLate(item, createdAtMs))
      return proxyNumber === undefined ? done("EXPIRY_PASSED") : done("EXISTING", proxyNumber);
    if (item.value.pool !== null && poolOf(pools, item.value.pool, poolId) === null)
      return done("POOL_UNKNOWN");
    if (proxyNumber !== undefined) return done("EXISTING", proxyNumber);
    const pool = poolOf(pools, item.value.pool, poolId);
    if (pool === null) return done("POOL_UNKNOWN");
    if (ours.has(realNumber)) return done("REAL_NUMBER_IS_PROXY");
    const need = await needOf(pool);
    need.wanted += 1;
    return done(need.wanted <= need.free ? "CREATED" : "POOL_EXHAUSTED");
  }
}
