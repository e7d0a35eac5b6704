import { createHash, randomUUID } from "node:crypto";
import { IsNull, LessThan, Not } from "typeorm";
import { NoPoolError } from "../../numbers/errors.ts";
import type { PhoneNumber } from "../../values/phoneNumber.ts";
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
import type { ImportChange } from "./importTable.ts";
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
  readonly clock: { nowMs(): number };
  readonly directory: string;
  /** Name of this instance. */
  readonly node: string;
}

/** A file that has arrived, and what is to be done with it. */
export interface Upload {
  /** Where it lies; it is moved away from there. */
  readonly path: string;
  /** As the client calls it. */
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of its content. */
  readonly hash: string;
  /** Counted while it arrived; absent: a text is read to its end for them. */
  readonly utf8?: Utf8Counts;
  readonly choices: ReadingChoices;
  /** null: the default pool. */
  readonly poolId: number | null;
  readonly dryRun: boolean;
  readonly idempotencyKey: string | null;
}

export interface ImportView extends StoredImport {
  /** `database`: it is away; `runner`: nobody works on it now, the next one to come goes on. */
  readonly waitingFor: "database" | "runner" | null;
}

interface KeptMapping {
  readonly id: number;
  readonly proxyNumber: PhoneNumber;
  readonly realNumber: PhoneNumber;
}

/** Imports as the API offers them. All reject with `StoreAwayError` while the database is away. */
export interface Imports {
  /**
   * Takes the file over and begins. The same key with the same request gives the import that it gave before.
   * Rejects with `UnreadableFileError`, `UnfitChoiceError`, `NothingToImportError`, `NoPoolError` and
   * `IdempotencyKeyReusedError`; then nothing was begun.
   */
  create(upload: Upload): Promise<ImportView>;
  /** While the database is away, what was known last of an import that is worked on here. */
  get(id: number): Promise<ImportView>;
  /** Newest first. */
  page(query: {
    readonly limit: number;
    readonly before?: number | undefined;
    readonly state?: ImportState | undefined;
  }): Promise<readonly ImportView[]>;
  /**
   * Reads the file in another way and looks at it anew; what was chosen before is forgotten. `poolId`: null for the
   * default pool; the pool stays as it was when absent. Whatever is wrong with the choices, the import is then as
   * before or `previewed`, so that others can be made. Rejects with `UnreadableFileError` and `UnfitChoiceError`.
   */
  preview(id: number, choices: ReadingChoices, poolId?: number | null): Promise<ImportView>;
  /**
   * Takes the numbers from the pool that the preview named. Rejects with `NothingToImportError`, with `NoPoolError`,
   * and with `UnreadableFileError` where the preview could not read the file to its end; it stays previewed then.
   */
  commit(id: number): Promise<ImportView>;
  /** At once: what is stored when it resolves stands, and nothing more is stored. */
  cancel(id: number): Promise<ImportView>;
  /** Begins; a second one after a failed one goes on with what is left. */
  undo(id: number): Promise<ImportView>;
  /** Resolves when nobody works on the import any more, or after that time. */
  settled(id: number, waitMs: number): Promise<ImportView>;
  /** In the order of the file, as far as it has got; behind that row. */
  result(id: number, afterRow?: number): AsyncIterable<readonly ResultRow[]>;
  /** Mappings that an undone import has left because a call has used them; the first of them. */
  kept(id: number, limit: number): Promise<readonly KeptMapping[]>;
  readonly live: ReadonlyMap<number, LiveImport>;
}

const askAgainMs = 400;
const maxShownCell = 200;
const maxShownColumns = 50;
const endStates: readonly ImportState[] = ["done", "cancelled", "failed"];

export function createImports({ store, runner, clock, directory, node }: ImportsParts): Imports {
  /** The last that was seen of imports that are worked on here. */
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
    made: (found: StoredImport) => ImportChange | Promise<ImportChange>,
  ): Promise<ImportView> {
    await store.transaction(async (manager) => {
      const found = await lockImport(manager, id);
      if (!states.includes(found.state)) throw new ImportStateError(found.state);
      await updateImport(manager, id, await made(found), clock.nowMs());
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
      // Whether it was stored is not known when the database went away; the sweep removes what is nobody's.
      if (!(error instanceof StoreAwayError)) await removeFile(directory, fileToken);
      if (idempotencyKey === null || duplicateKey(error) === null) throw error;
      // Somebody was faster with the same key.
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
      // Asked a second time, because the first answer got lost.
      if (["running", "done"].includes(found.state)) return viewOf(found);
      if (found.state === "previewed") {
        refuseUnfit(found.description);
        if (found.failure !== null && isFileRefusal(found.failure.code))
          throw new UnreadableFileError(found.failure.code, { afterRow: found.failure.afterRow });
        if (found.failure?.code === "READER_FAILED") throw new ReaderEndedError();
        await needImportPools(store, { ...found, poolId: shownPool(found) });
      }
      return change(id, ["previewed"], async (locked) => {
        // The same transaction: what the preview foresaw gives way to what becomes of the rows.
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
      // Whoever works on it locks it last, when a batch is about to be committed: this does not wait for more
      // than that, and a batch that comes later finds the import cancelled and is void.
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
      // What an undo before has removed is gone; what it has left is looked at and counted anew.
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
          const timer = setTimeout(done, Math.max(0, Math.min(askAgainMs, giveUpAtMs - clock.nowMs())));
          function done(): void {
            stop();
            clearTimeout(timer);
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

/** States whose file must not be removed. */
const needsFile = (state: ImportState): boolean => statesWithFile.some((one) => one === state);

/** What stands in the way of importing the file as it is read now. */
function fitProblem(description: FileDescription): "NO_ROWS" | "NUMBER_COLUMN_MISSING" | null {
  if (description.columns.some(({ field }) => field === "realNumber")) return null;
  return description.notices.some(({ code }) => code === "NO_ROWS") ? "NO_ROWS" : "NUMBER_COLUMN_MISSING";
}

function refuseUnfit(description: FileDescription): void {
  const problem = fitProblem(description);
  if (problem !== null) throw new NothingToImportError(problem, description);
}

/** The pool that the preview has named, whatever the default is by now. */
const shownPool = ({ preview, poolId }: StoredImport): number | null => preview?.poolId ?? poolId;

/** In a preview a person sees that a choice has no effect; without one it would go unseen. */
function refuseWithoutEffect({ notices }: FileDescription): void {
  for (const { code } of notices) {
    const choice = choiceWithoutEffect[code];
    if (choice !== undefined) throw new UnfitChoiceError(choice, "the file has no such row or column");
  }
}

/** What is stored of the first rows, which may be of any length. */
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
