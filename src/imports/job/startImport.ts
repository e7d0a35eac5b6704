import { createHash, randomUUID } from "node:crypto";
import { NoPoolError } from "../../numbers/errors.ts";
import type { Clock } from "../../ops/types.ts";
import { duplicateKey, StoreAwayError } from "../../store/errors.ts";
import type { Store } from "../../store/types.ts";
import { IdempotencyKeyReusedError } from "./errors.ts";
import { fitProblem, maxShownCell, refuseUnfit, refuseWithoutEffect, shortened } from "./description.ts";
import { makeRoomForPreview } from "./keptPreviews.ts";
import type { ImportViews } from "./importViews.ts";
import type { ImportView, Upload } from "./imports.ts";
import { insertImport, selectImports } from "./importTable.ts";
import { readImportPools, rowsNamePools } from "./pools.ts";
import type { ImportRunner, StoredImport } from "./types.ts";
import { adoptFile, removeFile } from "./uploadFolders.ts";

export interface ImportsParts {
  readonly store: Store;
  readonly runner: ImportRunner;
  readonly clock: Clock;
  readonly directory: string;
  /** Name of this instance. */
  readonly node: string;
}

const uploaderIn = ({ uploader = "", uploaderName }: Upload) => ({
  uploader,
  ...(uploaderName !== undefined && { uploaderName }),
});

/** `Imports.create`. */
export function createStart(
  parts: ImportsParts,
  { viewOf, get }: ImportViews,
): (upload: Upload) => Promise<ImportView> {
  const { store, runner, clock, directory, node } = parts;

  async function findByKey(key: string, requestHash: string): Promise<StoredImport | null> {
    const [known] = await store.read((manager) => selectImports(manager, { where: { idempotencyKey: key } }));
    if (known && known.requestHash !== requestHash) throw new IdempotencyKeyReusedError();
    return known ?? null;
  }

  return async function start(upload): Promise<ImportView> {
    const { idempotencyKey, poolId, dryRun } = upload;
    const requestHash = createHash("sha256")
      .update(JSON.stringify([upload.hash, upload.choices, poolId, dryRun]))
      .digest("hex");
    const known = idempotencyKey === null ? null : await findByKey(idempotencyKey, requestHash);
    if (known) return viewOf(known);
    const description = shortened(
      await runner.inspect(upload.path, upload.choices, upload.utf8, upload.left),
    );
    if (dryRun) await makeRoomForPreview(parts, upload);
    if (!dryRun) {
      refuseWithoutEffect(description);
      refuseUnfit(description);
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
            description: { ...description, ...uploaderIn(upload) },
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
  };
}
