import { findKnownMappings, findOurs, findProxyNumbers } from "../../numbers/mappings/knownNumbers.ts";
import { findStandings } from "../../numbers/pools/standing.ts";
import { noCounts, withRows } from "../job/counts.ts";
import { updateImport } from "../job/importTable.ts";
import { Foresight } from "./foresight.ts";
import { batchRowsOf, leaseMs, owning, Pace, untilStored } from "./jobContext.ts";
import type { Job, JobParts } from "./jobContext.ts";
import { FileNumbers } from "./fileNumbers.ts";
import { numbersOf, poolsOf } from "./planItems.ts";
import { countFree, readImportPools, rowsNamePools } from "../job/pools.ts";
import type { ImportPools } from "../job/pools.ts";
import { keepingRows, keptRowsPath } from "./keptRows.ts";
import { inBatches, oneAhead, readItems } from "./readItems.ts";
import { numbersOfRows, speakingRows } from "./knownRows.ts";
import { NamedProxies } from "./namedProxies.ts";
import { foreseenPair, proxiesOf } from "./pairs.ts";
import type { Item } from "./readItems.ts";
import { insertPiece, packRows, removePieces } from "../job/resultPieces.ts";
import type { ImportPreview, ResultRow, StoredImport } from "../job/types.ts";
import { fileOf } from "../job/uploadFolders.ts";

/**
 * Goes through the whole file as the import would, and predicts the result of each row without allocating a number.
 * Without a pool it predicts the results as if there were one, and how many numbers that pool needs. An interrupted
 * preview starts again. Throws as `runImport`, but never because a pool is missing.
 */
export async function previewImport(parts: JobParts, job: Job, found: StoredImport): Promise<void> {
  const { store, clock } = parts;
  const { importId } = job;
  const begun = { counts: noCounts, lastRow: 0, progress: 0, preview: null };
  await owning(parts, job, "previewing", async (manager) => {
    await removePieces(manager, importId);
    await updateImport(manager, importId, begun, clock.nowMs());
  });
  const pools = await untilStored(clock, job, () => readImportPools(store, found.poolId));
  const { directory } = parts;
  const { fileToken, description } = found;
  const reading = { reading: description, afterRow: 0, signal: job.signal };
  const read = () => readItems(fileOf(directory, fileToken), reading);
  const named = await NamedProxies.of(description, read);
  const numbers = new FileNumbers(description.estimatedRows, named);
  const freeNamed = await untilStored(clock, job, () =>
    store.read(async (manager) => await named?.countFree(manager, clock.nowMs())),
  );
  const foresight = new Foresight(numbers);
  const foresee = foreseer(parts, job, found, { pools, numbers, foresight, freeNamed });
  const batches = keepingRows(
    inBatches(read(), batchRowsOf(parts)),
    keptRowsPath(directory, fileToken, description),
    (error) => parts.logger.warn("Could not keep the rows of a preview for its import", { importId, error }),
  );
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
      const patch = { counts: told, lastRow, progress, ...figures, leaseUntilMs: nowMs + leaseMs };
      await updateImport(manager, importId, patch, nowMs);
    });
  }
  await owning(parts, job, "previewing", (manager) => {
    const nowMs = clock.nowMs();
    const rest = { leaseOwner: null, leaseUntilMs: null, progress: 1, remainingMs: null };
    const preview = previewOf(counts, foresight, pools);
    return updateImport(manager, importId, { state: "previewed", preview, ...rest }, nowMs);
  });
}

function previewOf(
  counts: ImportPreview["counts"],
  { needs, withoutPool }: Foresight,
  pools: ImportPools,
): ImportPreview {
  return {
    counts,
    poolId: pools.own?.id ?? null,
    withoutPool,
    pools: needs.map(({ pool, wanted, free }) => ({ poolId: pool.id, name: pool.name, wanted, free })),
    poolSuffices: withoutPool === 0 && needs.every(({ wanted, free }) => wanted <= free),
  };
}

/** The state of a preview. */
interface Foreseen {
  readonly pools: ImportPools;
  readonly numbers: FileNumbers;
  readonly foresight: Foresight;
  /** As `NamedProxies.countFree`; undefined: the file names none. */
  readonly freeNamed: ReadonlyMap<number, number> | undefined;
}

/** Predicts the results of a batch, in order. */
function foreseer(
  { store, clock }: JobParts,
  job: Job,
  { createdAtMs, description }: StoredImport,
  { pools, numbers, foresight, freeNamed }: Foreseen,
): (items: readonly Item[]) => Promise<readonly ResultRow[]> {
  const someNamePools = rowsNamePools(description);
  const { existing = "leave" } = description.choices;

  return async (items) => {
    const all = numbersOf(items);
    const speaking = numbersOfRows(speakingRows(items));
    const { proxies, ours, known, standings } = await untilStored(clock, job, () =>
      store.read(async (manager) => {
        for (const pool of poolsOf(items, pools))
          await foresight.learn(
            pool,
            () => countFree(manager, pool.id, clock.nowMs()),
            freeNamed?.get(pool.id) ?? 0,
          );
        const proxies = await findProxyNumbers(manager, all);
        return {
          proxies,
          ours: await findOurs(manager, all),
          known: await findKnownMappings(
            manager,
            speaking.filter((number) => proxies.has(number)),
          ),
          standings: await findStandings(manager, proxiesOf(items), clock.nowMs()),
        };
      }),
    );
    const rows = numbers.judge(items, {
      pools,
      nowMs: createdAtMs,
      proxies,
      known,
      existing,
      take: ({ realNumber }, pool) =>
        ours.has(realNumber) ? { code: "REAL_NUMBER_IS_PROXY" } : foresight.take(realNumber, pool),
      pair: (row) => foreseenPair(row, ours, standings),
      takeWithoutPool(number) {
        const isOurs = ours.has(number);
        if (!isOurs) foresight.miss(number);
        // The import continues without these rows if others name a pool.
        if (someNamePools) return { code: "POOL_MISSING" };
        return isOurs ? { code: "REAL_NUMBER_IS_PROXY" } : { code: "CREATED", proxyNumber: "" };
      },
    });
    numbers.add(rows);
    return rows;
  };
}
