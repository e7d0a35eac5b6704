import { randomUUID } from "node:crypto";
import { repeat } from "../../ops/repeat.ts";
import { StoreAwayError } from "../../store/errors.ts";
import { Import } from "../../store/entities/imports.ts";
import { UnreadableFileError } from "../reading/errors.ts";
import { inspectFile } from "../reading/inspectFile.ts";
import { readImportPools } from "../job/pools.ts";
import { CancelledError, FileLostError, LeaseLostError, ReaderEndedError } from "../job/errors.ts";
import { claimable, lockProgress, selectClaimable, selectImports, updateImport } from "../job/importTable.ts";
import { giveUp } from "./giveUp.ts";
import { leaseMs } from "./jobContext.ts";
import type { Job, JobParts } from "./jobContext.ts";
import { politeStore } from "./politeStore.ts";
import { previewImport } from "./previewImport.ts";
import { runImport } from "./runImport.ts";
import { sweep } from "./sweep.ts";
import type { ImportRunner, LiveImport, StoredImport } from "../job/types.ts";
import { undoImport } from "./undoImport.ts";
import { removeKeptRows } from "./keptRows.ts";
import { folderOf, hasFile, isLost, removeFile } from "../job/uploadFolders.ts";

interface RunnerOptions {
  /** ISO 3166, for numbers without country code. */
  readonly defaultCountry: string;
  /** As in `PhoneNumberOptions`. */
  readonly acceptPremium?: boolean;
  /** IANA name, for expiry without offset. */
  readonly timeZone: string;
  /** Name of this instance. */
  readonly node: string;
  /** Imports at a time; others wait. A small file must not wait for a large one. */
  readonly atOnce?: number;
  /** How often to look for imports left by other instances or an earlier start. */
  readonly lookEveryMs?: number;
  /** How often each of these imports was in progress when the thread died. */
  readonly crashes?: ReadonlyMap<number, number>;
  /** Called when `live` has changed. */
  readonly onLive?: () => void;
}

class StoppingError extends Error {}

/** An import that was in progress at this many crashes of the thread is given up. */
const mostCrashes = 3;
const sweepEveryMs = 600_000;
/** A file that takes longer to inspect was made to do so. */
const longestInspectionMs = 10_000;

/**
 * Claims, runs, resumes, and gives up imports, and nothing else does. It takes imports whose file is here; each import
 * runs in one process at a time. Everything else changes an import in the table and calls `wake` or `stop`.
 */
export function createImportRunner(parts: JobParts, options: RunnerOptions): ImportRunner {
  const { store, clock, logger, directory } = parts;
  const { defaultCountry, acceptPremium = false, timeZone, node, atOnce = 3, lookEveryMs = 1000 } = options;
  const { onLive = () => undefined } = options;
  const crashes = new Map(options.crashes);
  const jobParts: JobParts = { ...parts, store: politeStore(store, clock) };
  const live = new Map<number, LiveImport>();
  const jobs = new Map<number, { readonly abort: AbortController; readonly ended: Promise<void> }>();
  const listeners = new Set<(importId: number) => void>();
  const owner = `${node}:${randomUUID()}`;
  const stopping = new AbortController();
  let closed = false;
  let looking: Promise<void> | null = null;
  let again = false;
  let lastSweepMs = 0;
  let lastRenewalMs = 0;

  async function look(): Promise<void> {
    const nowMs = clock.nowMs();
    for (const one of await store.read((manager) => selectClaimable(manager, nowMs))) {
      if (closed || jobs.size >= atOnce) break;
      if (jobs.has(one.id)) continue;
      const isHere = one.state === "undoing" || hasFile(directory, one.fileToken);
      if (!isHere && !isLost(one, node, nowMs)) continue;
      const claimed = await claim(one.id);
      if (claimed) begin(claimed);
    }
    if (jobs.size > 0 && nowMs - lastRenewalMs > leaseMs / 3) {
      lastRenewalMs = nowMs;
      await renew(nowMs);
    }
    if (nowMs - lastSweepMs > sweepEveryMs) {
      lastSweepMs = nowMs;
      await sweep(parts, nowMs, sweepEveryMs);
    }
  }

  /** Batches renew the lease too, but a long way to the first batch must not lose it. */
  async function renew(nowMs: number): Promise<void> {
    await store.transaction((manager) =>
      manager.update(Import, { leaseOwner: owner }, { leaseUntil: nowMs + leaseMs }),
    );
  }

  /** The import, if no other job works on it. */
  function claim(id: number): Promise<StoredImport | null> {
    return store.transaction(async (manager) => {
      const nowMs = clock.nowMs();
      await lockProgress(manager, id);
      const [found] = await selectImports(manager, { where: claimable(nowMs, id) });
      if (!found) return null;
      const startedAtMs = found.startedAtMs ?? nowMs;
      await updateImport(
        manager,
        id,
        { leaseOwner: owner, leaseUntilMs: nowMs + leaseMs, startedAtMs },
        nowMs,
      );
      return { ...found, leaseOwner: owner };
    });
  }

  function begin(found: StoredImport): void {
    const abort = new AbortController();
    const importId = found.id;
    const show = (waitingFor: LiveImport["waitingFor"]): void => {
      live.set(importId, { importId, state: found.state, waitingFor });
      onLive();
    };
    const job: Job = {
      importId,
      owner,
      signal: abort.signal,
      waiting: (waitingFor) => {
        if (live.get(importId)?.waitingFor !== waitingFor && waitingFor !== null)
          logger.warn("Import waiting for the database", { importId });
        show(waitingFor);
      },
    };
    // Reported before the file is touched, because the file may kill the thread.
    show(null);
    const ended = work(job, found)
      .catch((error: unknown) => {
        if (!(error instanceof LeaseLostError) && !(error instanceof StoppingError))
          logger.error("Import stopped unexpectedly", { importId, error });
      })
      .finally(() => {
        live.delete(importId);
        jobs.delete(importId);
        crashes.delete(importId);
        onLive();
        for (const listener of listeners) listener(importId);
        wake();
      });
    jobs.set(importId, { abort, ended });
  }

  async function work(job: Job, found: StoredImport): Promise<void> {
    logger.info("Import started", { importId: found.id, state: found.state, afterRow: found.lastRow });
    // The result of an import is made from its file.
    let keepsFile = found.state !== "undoing";
    try {
      await carryOut(job, found);
    } catch (thrown) {
      const error: unknown = job.signal.aborted ? job.signal.reason : thrown;
      keepsFile = found.state === "running";
      // The cancellation is already in the database. Only the file of a preview is left to remove.
      if (!(error instanceof CancelledError)) {
        if (isOver(error) || closed) throw error;
        logger.warn("Import failed", { importId: found.id, error });
        // Only the end of the process ends this wait.
        keepsFile = await giveUp(parts, { ...job, signal: stopping.signal }, error);
      }
    }
    if (!keepsFile) await removeFile(directory, found.fileToken);
    else if (found.state === "running") await removeKeptRows(folderOf(directory, found.fileToken));
    logger.info("Import finished", { importId: found.id });
  }

  async function carryOut(job: Job, found: StoredImport): Promise<void> {
    if ((crashes.get(found.id) ?? 0) >= mostCrashes) throw new ReaderEndedError();
    if (found.state === "undoing") return undoImport(jobParts, job);
    if (!hasFile(directory, found.fileToken)) throw new FileLostError();
    return found.state === "previewing"
      ? previewImport(jobParts, job, found)
      : runImport(jobParts, job, found);
  }

  function wake(): void {
    if (closed) return;
    if (looking !== null) {
      again = true;
      return;
    }
    again = false;
    looking = look()
      .catch((error: unknown) => {
        if (!(error instanceof StoreAwayError)) logger.error("Could not look for imports", { error });
      })
      .finally(() => {
        looking = null;
        if (again) wake();
      });
  }
  /** In lower case; null while the database is unavailable: a file can be inspected without them. */
  async function poolNames(): Promise<ReadonlySet<string> | null> {
    try {
      const { byName } = await readImportPools(store, null);
      return new Set(byName.keys());
    } catch (error) {
      if (error instanceof StoreAwayError) return null;
      throw error;
    }
  }

  const stopLooking = repeat(clock, lookEveryMs, wake);
  wake();

  return {
    async inspect(path, choices, utf8, left) {
      const pools = await poolNames();
      const known = pools !== null && { pools };
      const late = new AbortController();
      const timer = clock.setTimer(
        () => late.abort(new UnreadableFileError("FILE_TOO_SLOW")),
        longestInspectionMs,
      );
      const signal = left === undefined ? late.signal : AbortSignal.any([late.signal, left]);
      const rules = { defaultCountry, acceptPremium, timeZone, ...known };
      return inspectFile(path, { ...rules, choices, utf8, limits: { signal } }).finally(() =>
        clock.clearTimer(timer),
      );
    },
    wake,
    stop: (importId) => jobs.get(importId)?.abort.abort(new CancelledError("Cancelled.")),
    get live() {
      // A job that hangs on a frozen database notices at its deadline. The store knows earlier.
      if (store.health.status !== "down") return live;
      return new Map([...live].map(([id, one]) => [id, { ...one, waitingFor: "database" as const }]));
    },
    onEnd(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      closed = true;
      stopLooking();
      stopping.abort(new StoppingError());
      for (const { abort } of jobs.values()) abort.abort(new StoppingError());
      await looking;
      await Promise.all([...jobs.values()].map(({ ended }) => ended));
      // The next process need not wait for the lease to run out.
      await store
        .transaction((manager) =>
          manager.update(Import, { leaseOwner: owner }, { leaseOwner: null, leaseUntil: null }),
        )
        .catch(() => undefined);
    },
  };
}

/** The process is stopping, or another job has the import: this job must not record a result. */
const isOver = (error: unknown): boolean => error instanceof LeaseLostError || error instanceof StoppingError;
