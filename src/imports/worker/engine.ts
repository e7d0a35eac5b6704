import { randomUUID } from "node:crypto";
import { In, LessThan } from "typeorm";
import { NoPoolError } from "../../numbers/errors.ts";
import { StoreAwayError } from "../../store/errors.ts";
import { Import } from "../../store/entities/imports.ts";
import { UnreadableFileError } from "../reading/errors.ts";
import { inspectFile } from "../reading/inspectFile.ts";
import { endEarly } from "../job/endEarly.ts";
import { CancelledError, LeaseLostError, NothingToImportError } from "../job/errors.ts";
import { claimable, lockProgress, selectImports, updateImport } from "../job/importTable.ts";
import { leaseMs, untilStored } from "./jobContext.ts";
import type { Job, JobParts } from "./jobContext.ts";
import { politeStore } from "./politeStore.ts";
import { previewImport } from "./previewImport.ts";
import { runImport } from "./runImport.ts";
import type { ImportEngine, ImportFailure, LiveImport, StoredImport } from "../job/types.ts";
import { isWorking, statesWithFile, workingStates } from "../job/types.ts";
import { undoImport } from "./undoImport.ts";
import { hasFile, isLost, removeFile, tokensHere } from "../job/uploadFolders.ts";

export interface EngineOptions {
  /** ISO 3166, for numbers without country code. */
  readonly defaultCountry: string;
  /** IANA name, for expiry without offset. */
  readonly timeZone: string;
  /** Name of this instance. */
  readonly node: string;
  /** Imports at a time; others wait. A small file must not wait for a large one. */
  readonly atOnce?: number;
  /** How often to look for what others have left, or want to be stopped. */
  readonly lookEveryMs?: number;
}

class StoppingError extends Error {}

const released = { leaseOwner: null, leaseUntilMs: null };

const previewLivesMs = 24 * 3_600_000;
const sweepEveryMs = 600_000;

/** Works imports off that have their file here: each by one process at a time, of however many there are. */
export function createImportEngine(parts: JobParts, options: EngineOptions): ImportEngine {
  const { store, clock, logger, directory } = parts;
  const { defaultCountry, timeZone, atOnce = 3, lookEveryMs = 400 } = options;
  const jobParts: JobParts = { ...parts, store: politeStore(store) };
  const live = new Map<number, LiveImport>();
  const jobs = new Map<number, { readonly abort: AbortController; readonly ended: Promise<void> }>();
  const listeners = new Set<(importId: number) => void>();
  const owner = `${options.node}:${randomUUID()}`;
  let closed = false;
  let looking: Promise<void> | null = null;
  let again = false;
  let lastSweepMs = 0;
  let lastRenewalMs = 0;

  async function look(): Promise<void> {
    const nowMs = clock.nowMs();
    const open = await store.read((manager) =>
      selectImports(manager, { where: { state: In([...workingStates]) }, order: { id: "ASC" } }),
    );
    for (const one of open) {
      if (closed || jobs.size >= atOnce) break;
      if (jobs.has(one.id)) continue;
      if (one.state !== "undoing" && !hasFile(directory, one.fileToken)) {
        if (isLost(one, options.node, nowMs)) await giveUpLost(one.id);
        continue;
      }
      const claimed = await claim(one.id);
      if (claimed) begin(claimed);
    }
    await stopCancelled(open);
    if (jobs.size > 0 && nowMs - lastRenewalMs > leaseMs / 3) {
      lastRenewalMs = nowMs;
      await renew(nowMs);
    }
    if (nowMs - lastSweepMs > sweepEveryMs) {
      lastSweepMs = nowMs;
      await sweep(nowMs);
    }
  }

  /** They would find out with their next batch; it need not be begun. */
  async function stopCancelled(open: readonly StoredImport[]): Promise<void> {
    const gone = [...jobs.keys()].filter((id) => !open.some((one) => one.id === id));
    if (gone.length === 0) return;
    const cancelled = await store.read((manager) =>
      selectImports(manager, { where: { state: "cancelled", id: In(gone) } }),
    );
    for (const { id } of cancelled) jobs.get(id)?.abort.abort(new CancelledError("Cancelled."));
  }

  /** Nobody can go on with an import whose file is gone; what it has stored stands. */
  async function giveUpLost(id: number): Promise<void> {
    await store.transaction(async (manager) => {
      const { state, leaseUntilMs } = await lockProgress(manager, id);
      const nowMs = clock.nowMs();
      const isHeld = leaseUntilMs !== null && leaseUntilMs >= nowMs;
      if (isHeld || state === "undoing" || !isWorking(state)) return;
      await endEarly(
        manager,
        id,
        state,
        { state: "failed", failure: { code: "FILE_LOST", afterRow: null } },
        nowMs,
      );
    });
    logger.warn("The file of an import is gone", { importId: id });
    for (const listener of listeners) listener(id);
  }

  /** Batches renew the lease too; but a long way to the first batch must not cost it. */
  async function renew(nowMs: number): Promise<void> {
    await store.transaction((manager) =>
      manager.update(Import, { leaseOwner: owner }, { leaseUntil: nowMs + leaseMs }),
    );
  }

  /** The import, if nobody else works on it. */
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
    const job: Job = {
      importId,
      owner,
      signal: abort.signal,
      waiting: (waitingFor) => {
        if (live.get(importId)?.waitingFor !== waitingFor && waitingFor !== null)
          logger.warn("An import waits for the database", { importId });
        live.set(importId, { importId, state: found.state, waitingFor });
      },
    };
    live.set(importId, { importId, state: found.state, waitingFor: null });
    const ended = work(job, found)
      .catch((error: unknown) => {
        if (!(error instanceof LeaseLostError) && !(error instanceof StoppingError))
          logger.error("An import stopped for an unforeseen reason", { importId, error });
      })
      .finally(() => {
        live.delete(importId);
        jobs.delete(importId);
        for (const listener of listeners) listener(importId);
        wake();
      });
    jobs.set(importId, { abort, ended });
  }

  async function work(job: Job, found: StoredImport): Promise<void> {
    logger.info("Working on an import", { importId: found.id, state: found.state, afterRow: found.lastRow });
    let keepsFile = found.state === "previewing";
    try {
      if (found.state === "undoing") await undoImport(jobParts, job);
      else if (found.state === "previewing") await previewImport(jobParts, job, found);
      else await runImport(jobParts, job, found);
    } catch (thrown) {
      const error: unknown = job.signal.aborted ? job.signal.reason : thrown;
      keepsFile = false;
      // Whoever cancelled it has said so in the database; here only the file is left.
      if (!(error instanceof CancelledError)) {
        if (isOver(error) || closed) throw error;
        logger.warn("An import failed", { importId: found.id, error });
        keepsFile = await settle(job, failureOf(error));
      }
    }
    if (!keepsFile) await removeFile(directory, found.fileToken);
    logger.info("An import has come to rest", { importId: found.id });
  }

  /**
   * A failed import ends; a failed undo goes back to where it was begun. A failed preview waits for other choices, and
   * an import that has stored nothing yet, for want of a pool, for a pool: it is previewed again. Resolves to whether
   * the file is still needed.
   */
  function settle(job: Job, failure: ImportFailure): Promise<boolean> {
    // Only the end of the process ends this wait.
    const patient: Job = { ...job, signal: stopping.signal };
    return untilStored(patient, () =>
      store.transaction(async (manager) => {
        const progress = await lockProgress(manager, job.importId);
        if (progress.leaseOwner !== owner) throw new LeaseLostError("The import has another owner.");
        const { importId } = job;
        const nowMs = clock.nowMs();
        if (progress.state === "previewing") {
          await endEarly(manager, importId, progress.state, { state: "previewed", failure }, nowMs);
          return true;
        }
        if (failure.code === "NO_POOL" && progress.state === "running" && progress.lastRow === 0) {
          await updateImport(
            manager,
            importId,
            { state: "previewing", ...released, startedAtMs: null },
            nowMs,
          );
          return true;
        }
        if (progress.state !== "undoing") {
          await endEarly(manager, importId, progress.state, { state: "failed", failure }, nowMs);
          return false;
        }
        const rest = { ...released, finishedAtMs: nowMs, remainingMs: null };
        const state = progress.beforeUndo?.state ?? "done";
        const undoFailure = { code: "UNDO_FAILED", afterRow: null } as const;
        await updateImport(manager, importId, { state, failure: undoFailure, ...rest }, nowMs);
        return false;
      }),
    );
  }
  const stopping = new AbortController();

  /** Removes previews that nobody has committed, and files that belong to no import any more. */
  async function sweep(nowMs: number): Promise<void> {
    const old = LessThan(nowMs - previewLivesMs);
    const forgotten = await store.read((manager) =>
      selectImports(manager, { where: { state: "previewed", updatedAt: old } }),
    );
    for (const { id } of forgotten) {
      await store.transaction(async (manager) => {
        const { state } = await lockProgress(manager, id);
        if (state !== "previewed") return;
        await endEarly(manager, id, state, { state: "cancelled", failure: null }, nowMs);
      });
    }
    const here = tokensHere(directory, sweepEveryMs, nowMs);
    if (here.length === 0) return;
    const needed = await store.read((manager) =>
      selectImports(manager, { where: { state: In([...statesWithFile]) } }),
    );
    const tokens = new Set(needed.map(({ fileToken }) => fileToken));
    for (const token of here) if (!tokens.has(token)) await removeFile(directory, token);
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
        if (!(error instanceof StoreAwayError)) logger.error("Imports could not be looked for", { error });
      })
      .finally(() => {
        looking = null;
        if (again) wake();
      });
  }
  const timer = setInterval(wake, lookEveryMs);
  timer.unref();
  wake();

  return {
    inspect: (path, choices) => inspectFile(path, { defaultCountry, timeZone, choices }),
    wake,
    get live() {
      // A job that hangs in a transaction with a frozen database learns of it at its deadline; the store knows before.
      if (store.health.status !== "down") return live;
      return new Map([...live].map(([id, one]) => [id, { ...one, waitingFor: "database" as const }]));
    },
    onRest(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    // What would end the thread ends this process too.
    onDoomed: () => () => undefined,
    async close() {
      closed = true;
      clearInterval(timer);
      stopping.abort(new StoppingError());
      for (const { abort } of jobs.values()) abort.abort(new StoppingError());
      await looking;
      await Promise.all([...jobs.values()].map(({ ended }) => ended));
      // Whoever starts next need not wait until the lease runs out.
      await store
        .transaction((manager) =>
          manager.update(Import, { leaseOwner: owner }, { leaseOwner: null, leaseUntil: null }),
        )
        .catch(() => undefined);
    },
  };
}

/** The process stops, or somebody else has the import: it is not ours to say what becomes of it. */
const isOver = (error: unknown): boolean => error instanceof LeaseLostError || error instanceof StoppingError;

function failureOf(error: unknown): ImportFailure {
  if (error instanceof UnreadableFileError) return { code: error.code, afterRow: error.afterRow };
  if (error instanceof NoPoolError) return { code: "NO_POOL", afterRow: null };
  if (error instanceof NothingToImportError) return { code: "IMPORT_FAILED", afterRow: null };
  return { code: "IMPORT_FAILED", afterRow: null };
}
