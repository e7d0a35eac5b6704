import { createHash, randomUUID } from "node:crypto";
import { IsNull, LessThan, Not } from "typeorm";
import { NoPoolError } from "../../numbers/errors.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
import type { Clock } from "../../ops/types.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import { duplicateKey, StoreAwayError } from "../../store/errors.ts";
import type { Store } from "../../store/types.ts";
import { endEarly } from "./endEarly.ts";
import {
  IdempotencyKeyReusedError,
  ImportStateError,
  ImportUnknownError,
  NothingToImportError,
  ReaderEndedError,
} from "./errors.ts";
import { noCounts } from "./counts.ts";
import { insertImport, lockImport, lockProgress, selectImports, updateImport } from "./importTable.ts";
import type { ImportPatch } from "./importTable.ts";
import { needImportPools, readImportPools, rowsNamePools } from "./pools.ts";
import type { FileDescription } from "./reading.ts";
import { readResult, removePieces } from "./resultPieces.ts";
import type {
  ImportRunner,
  ImportState,
  LiveImport,
  ReadingChoices,
  ResultRow,
  StoredImport,
} from "./types.ts";
import { isFileRefusal, isWorking, statesWithFile } from "./types.ts";
import { UnfitChoiceError, UnreadableFileError } from "../reading/errors.ts";
import type { Utf8Counts } from "../reading/utf8Counter.ts";
import { choiceWithoutEffect } from "../reading/inspectFile.ts";
import { adoptFile, fileOf, removeFile } from "./uploadFolders.ts";

interface ImportsParts {
  readonly store: Store;
  readonly runner: ImportRunner;
  readonly clock: Clock;
  readonly directory: string;
  /** Name of this instance. */
  readonly node: string;
}

/** An uploaded file, and what to do with it. */
interface Upload {
  /** Path of the file. It is moved away from there. */
  readonly path: string;
  /** The name the client gave it. */
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of its content. */
  readonly hash: string;
  /** Counted during the upload. If absent, a text file is read to its end to count them. */
  readonly utf8?: Utf8Counts;
  readonly choices: ReadingChoices;
  /** null: the default pool. */
  readonly poolId: number | null;
  readonly dryRun: boolean;
  readonly idempotencyKey: string | null;
}

export interface ImportView extends StoredImport {
  /** `database`: the database is away. `runner`: no instance is working on it; the next one to claim it continues. */
  readonly waitingFor: "database" | "runner" | null;
}

interface KeptMapping {
  readonly id: number;
  readonly proxyNumber: PhoneNumber;
  readonly realNumber: PhoneNumber;
}

/** Imports as the API offers them. All methods reject with `StoreAwayError` while the database is away. */
export interface Imports {
  /**
   * Takes over the file and starts. The same key with the same request returns the same import.
   * Rejects with `UnreadableFileError`, `UnfitChoiceError`, `NothingToImportError`, `NoPoolError` and
   * `IdempotencyKeyReusedError`; nothing was started then.
   */
  create(upload: Upload): Promise<ImportView>;
  /** While the database is away: the last known state of an import in progress here. */
  get(id: number): Promise<ImportView>;
  /** Newest first. */
  page(query: {
    readonly limit: number;
    readonly before?: number | undefined;
    readonly state?: ImportState | undefined;
  }): Promise<readonly ImportView[]>;
  /**
   * Reads the file with other choices and makes a new preview; earlier choices are dropped. `poolId`: null for the
   * default pool; absent, the pool stays. If the choices do not fit, the import stays as it was or is `previewed`, so
   * that other choices can be made. Rejects with `UnreadableFileError` and `UnfitChoiceError`.
   */
  preview(id: number, choices: ReadingChoices, poolId?: number | null): Promise<ImportView>;
  /**
   * Allocates from the pool the preview named. Rejects with `NothingToImportError`, with `NoPoolError`,
   * and with `UnreadableFileError` where the preview could not read the file to its end; it stays previewed then.
   */
  commit(id: number): Promise<ImportView>;
  /** Immediate: rows stored by then stay, and no more are stored. */
  cancel(id: number): Promise<ImportView>;
  /** Starts an undo. After a failed undo, it continues with what is left. */
  undo(id: number): Promise<ImportView>;
  /** Resolves when no instance works on the import any more, or after that time. */
  settled(id: number, waitMs: number): Promise<ImportView>;
  /** Results after that row, in file order, as far as the import has progressed. */
  result(id: number, afterRow?: number): AsyncIterable<readonly ResultRow[]>;
  /** The first mappings an undo has kept because a call has used them. */
  kept(id: number, limit: number): Promise<readonly KeptMapping[]>;
  readonly live: ReadonlyMap<number, LiveImport>;
}

const askAgainMs = 400;
const maxShownCell = 200;
const maxShownColumns = 50;
const endStates: readonly ImportState[] = ["done", "cancelled", "failed"];

export function createImports({ store, runner, clock, directory, node }: ImportsParts): Imports {
  /** The last known state of imports in progress here. */
  const lastSeen = new Map<number, StoredImport>();

  function viewOf(stored: StoredImport): ImportView {
    const live = runner.live.get(stored.id);
    if (live || isWorking(stored.state)) lastSeen.set(stored.id, stored);
    else lastSeen.delete(stored.id);
    const abandoned =
      isWorking(stored.state) &&
      !live &&
      !(stored.leaseUntilMs !== null && stored.leaseUntilMs >= clock.nowMs());
    return { ...stored, waitingFor: live?.waitingFor ?? (abandoned ? "runner" : null) };
  }

  async function find(id: number): Promise<StoredImport> {
    const [found] = await store.read((manager) => selectImports(manager, { where: { id } }));
    if (!found) throw new ImportUnknownError();
    return found;
  }

  async function get(id: number): Promise<ImportView> {
    try {
      return viewOf(await find(id));
    } catch (error) {
      const seen = lastSeen.get(id);
      if (!(error instanceof StoreAwayError) || !seen || !runner.live.has(id)) throw error;
      return { ...seen, waitingFor: "database" };
    }
  }

  /** Changes an import that is in one of these states, and wakes the runner. */
  async function change(
    id: number,
    states: readonly ImportState[],
    patchOf: (found: StoredImport) => ImportPatch | Promise<ImportPatch>,
  ): Promise<ImportView> {
    await store.transaction(async (manager) => {
      const found = await lockImport(manager, id);
      if (!states.includes(found.state)) throw new ImportStateError(found.state);
      await updateImport(manager, id, await patchOf(found), clock.nowMs());
    });
    runner.wake();
    return get(id);
  }

  async function findByKey(key: string, requestHash: string): Promise<StoredImport | null> {
    const [known] = await store.read((manager) => selectImports(manager, { where: { idempotencyKey: key } }));
    if (known && known.requestHash !== requestHash) throw new IdempotencyKeyReusedError();
    return known ?? null;
  }

  async function create(upload: Upload): Promise<ImportView> {
    const { idempotencyKey, poolId, dryRun } = upload;
    const requestHash = createHash("sha256")
      .update(JSON.stringify([upload.hash, upload.choices, poolId, dryRun]))
      .digest("hex");
    const known = idempotencyKey === null ? null : await findByKey(idempotencyKey, requestHash);
    if (known) return viewOf(known);
    const description = shortened(await runner.inspect(upload.path, upload.choices, upload.utf8));
    if (!dryRun) {
      refuseUnfit(description);
      refuseWithoutEffect(description);
      const pools = await readImportPools(store, poolId);
      if (pools.own === null && (!rowsNamePools(description) || poolId !== null))
        throw new NoPoolError(poolId, pools.byName.size);
    }
    const fileToken = randomUUID();
    await adoptFile(directory, fileToken, upload.path);
    try {
      const id = await store.transaction((manager) =>
        insertImport(
          manager,
          {
            state:
              dryRun && fitProblem(description) === null ? "previewing" : dryRun ? "previewed" : "running",
            fileName: upload.name.slice(-maxShownCell),
            fileToken,
            fileBytes: upload.bytes,
            requestHash,
            idempotencyKey,
            poolId,
            description,
            node,
          },
          clock.nowMs(),
        ),
      );
      runner.wake();
      return await get(id);
    } catch (error) {
      // If the database went away, it is unknown whether the import was stored. The sweep removes orphaned files.
      if (!(error instanceof StoreAwayError)) await removeFile(directory, fileToken);
      if (idempotencyKey === null || duplicateKey(error) === null) throw error;
      // Another request with the same key was faster.
      const winner = await findByKey(idempotencyKey, requestHash);
      if (!winner) throw error;
      return viewOf(winner);
    }
  }

  return {
    create,
    get,

    async page({ limit, before, state }) {
      const where = {
        ...(before !== undefined && { id: LessThan(before) }),
        ...(state !== undefined && { state }),
      };
      const found = await store.read((manager) =>
        selectImports(manager, { where, order: { id: "DESC" }, take: limit }),
      );
      return found.map(viewOf);
    },

    async preview(id, choices, poolId) {
      const found = await find(id);
      if (found.state !== "previewed") throw new ImportStateError(found.state);
      const description = shortened(
        await runner.inspect(fileOf(directory, found.fileToken), choices, found.description.utf8),
      );
      const isFit = fitProblem(description) === null;
      return change(id, ["previewed"], () => ({
        state: isFit ? "previewing" : "previewed",
        description,
        ...(poolId !== undefined && { poolId }),
        preview: null,
        failure: null,
        counts: noCounts,
        progress: 0,
        startedAtMs: null,
      }));
    },

    async commit(id) {
      const found = await find(id);
      // A retry: the first response was lost.
      if (["running", "done"].includes(found.state)) return viewOf(found);
      if (found.state === "previewed") {
        refuseUnfit(found.description);
        if (found.failure !== null && isFileRefusal(found.failure.code))
          throw new UnreadableFileError(found.failure.code, { afterRow: found.failure.afterRow });
        if (found.failure?.code === "READER_FAILED") throw new ReaderEndedError();
        await needImportPools(store, { ...found, poolId: shownPool(found) });
      }
      return change(id, ["previewed"], async (locked) => {
        // In the same transaction, the results of the preview make room for those of the import.
        await store.transaction((manager) => removePieces(manager, id));
        return {
          state: "running",
          poolId: shownPool(locked),
          failure: null,
          counts: noCounts,
          progress: 0,
          lastRow: 0,
          rowsPerSecond: null,
          startedAtMs: null,
        };
      });
    },

    async cancel(id) {
      const { fileToken, state } = await find(id);
      if (state === "cancelled") return get(id);
      // The runner locks the import last, just before it commits a batch. So this waits for one commit at most, and a
      // later batch finds the import cancelled and rolls back.
      await store.transaction(async (manager) => {
        const found = await lockProgress(manager, id);
        if (!needsFile(found.state)) throw new ImportStateError(found.state);
        await endEarly(manager, id, found.state, { state: "cancelled", failure: null }, clock.nowMs());
      });
      runner.stop(id);
      await removeFile(directory, fileToken);
      return get(id);
    },

    undo: (id) =>
      // What an earlier undo removed is gone. What it kept is checked and counted again.
      change(id, endStates, ({ state, failure, beforeUndo }) => ({
        state: "undoing",
        progress: 0,
        undoAfterId: 0,
        undoKept: 0,
        undoReleased: 0,
        startedAtMs: null,
        failure: null,
        beforeUndo: beforeUndo ?? { state, failure },
      })),

    async settled(id, waitMs) {
      const giveUpAtMs = clock.nowMs() + waitMs;
      for (;;) {
        const rested = new Promise<void>((resolve) => {
          const stop = runner.onRest((restedId) => restedId === id && done());
          const waitAtMost = Math.min(askAgainMs, giveUpAtMs - clock.nowMs());
          const timer = clock.setTimer(done, Math.max(0, waitAtMost));
          function done(): void {
            stop();
            clock.clearTimer(timer);
            resolve();
          }
        });
        const view = await get(id);
        if (!isWorking(view.state) || clock.nowMs() >= giveUpAtMs) return view;
        await rested;
      }
    },

    result: (id, afterRow) => readResult(store, id, afterRow),

    async kept(id, limit) {
      const rows = await store.read((manager) =>
        manager.find(PhoneMapping, {
          select: { id: true, fakePhone: true, realPhone: true },
          where: { importId: id, realPhone: Not(IsNull()) },
          order: { id: "ASC" },
          take: limit,
        }),
      );
      return rows.flatMap(({ id: mappingId, fakePhone, realPhone }) =>
        realPhone === null ? [] : [{ id: mappingId, proxyNumber: fakePhone, realNumber: realPhone }],
      );
    },

    get live() {
      return runner.live;
    },
  };
}

/** States that still need the file. */
const needsFile = (state: ImportState): boolean => statesWithFile.some((one) => one === state);

/** Why the file cannot be imported as it is read now. */
function fitProblem(description: FileDescription): "NO_ROWS" | "NUMBER_COLUMN_MISSING" | null {
  if (description.columns.some(({ field }) => field === "realNumber")) return null;
  return description.notices.some(({ code }) => code === "NO_ROWS") ? "NO_ROWS" : "NUMBER_COLUMN_MISSING";
}

function refuseUnfit(description: FileDescription): void {
  const problem = fitProblem(description);
  if (problem !== null) throw new NothingToImportError(problem, description);
}

/** The pool the preview named, even if another pool is the default by now. */
const shownPool = ({ preview, poolId }: StoredImport): number | null => preview?.poolId ?? poolId;

/** A preview shows that a choice has no effect. Without a preview it would go unnoticed. */
function refuseWithoutEffect({ notices }: FileDescription): void {
  for (const { code } of notices) {
    const choice = choiceWithoutEffect[code];
    if (choice !== undefined) throw new UnfitChoiceError(choice, "the file has no such row or column");
  }
}

/** What is stored of the first rows, whose cells may have any length. */
function shortened(description: FileDescription): FileDescription {
  return {
    ...description,
    columns: description.columns.map((column) => ({
      ...column,
      header: column.header?.slice(0, maxShownCell) ?? null,
    })),
    preview: description.preview.map((row) => ({
      ...row,
      cells: row.cells.slice(0, maxShownColumns).map((cell) => cell.slice(0, maxShownCell)),
    })),
  };
}
