import { And, Equal, IsNull, LessThan, MoreThan, Not } from "typeorm";
import { findKnownMappings } from "../../numbers/mappings/knownNumbers.ts";
import { PhoneMapping } from "../../store/entities/mappings.ts";
import { isFileRefusal } from "./types.ts";
import { UnreadableFileError } from "../reading/errors.ts";
import { noCounts } from "./counts.ts";
import { endEarly } from "./endEarly.ts";
import { cellsInFile } from "./fileCells.ts";
import { ImportStateError, ReaderEndedError } from "./errors.ts";
import { fitProblem, refuseUnfit, shortened } from "./description.ts";
import type { Imports, ImportView } from "./imports.ts";
import { lockImport, lockProgress, selectImports, updateImport } from "./importTable.ts";
import type { ImportPatch } from "./importTable.ts";
import { createImportViews } from "./importViews.ts";
import { needImportPools } from "./pools.ts";
import { readResult, removePieces } from "./resultPieces.ts";
import { createStart } from "./startImport.ts";
import type { ImportsParts } from "./startImport.ts";
import type { ImportState, StoredImport } from "./types.ts";
import { isWorking, statesWithoutFile } from "./types.ts";
import { fileOf, hasFile, removeFile } from "./uploadFolders.ts";

const askAgainMs = 400;
const endStates: readonly ImportState[] = ["done", "cancelled", "failed"];

export function createImports(parts: ImportsParts): Imports {
  const { store, runner, clock, directory } = parts;
  const views = createImportViews(parts);
  const { viewOf, find, get } = views;

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

  return {
    create: createStart(parts, views),
    get,

    async page({ limit, before, state, discarded }) {
      const asked = {
        ...(before !== undefined && { id: LessThan(before) }),
        ...(state !== undefined && { state }),
      };
      const notCancelled = Not(Equal("cancelled"));
      const where = discarded
        ? asked
        : [
            { ...asked, state: state === undefined ? notCancelled : And(Equal<string>(state), notCancelled) },
            { ...asked, lastRow: MoreThan(0) },
          ];
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
        description: {
          ...description,
          ...(found.description.uploader !== undefined && { uploader: found.description.uploader }),
          ...(found.description.uploaderName !== undefined && {
            uploaderName: found.description.uploaderName,
          }),
        },
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
      // Without results, the file is useless.
      if (state !== "running") await removeFile(directory, fileToken);
      return get(id);
    },

    undo: (id) =>
      // Mappings that an earlier undo removed or restored are done. Those that it kept are checked and counted again.
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
        const ended = new Promise<void>((resolve) => {
          const stop = runner.onEnd((endedId) => endedId === id && done());
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
        await ended;
      }
    },

    result: (id, afterRow) => readResult(store, id, afterRow),

    async cells({ fileToken, description }, rows) {
      if (!hasFile(directory, fileToken)) return new Map();
      return cellsInFile(fileOf(directory, fileToken), description, rows, clock);
    },
    uploadedFile: ({ fileToken }) => (hasFile(directory, fileToken) ? fileOf(directory, fileToken) : null),

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

    known: (numbers) => store.read((manager) => findKnownMappings(manager, numbers)),

    get live() {
      return runner.live;
    },
  };
}

/** States that still need the file. */
const needsFile = (state: ImportState): boolean => !statesWithoutFile.some((one) => one === state);

/** The pool the preview named, even if another pool is the default by now. */
const shownPool = ({ preview, poolId }: StoredImport): number | null => preview?.poolId ?? poolId;
