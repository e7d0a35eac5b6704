import { In, LessThan, MoreThan, Not } from "typeorm";
import { endEarly } from "../job/endEarly.ts";
import { keptOf } from "../job/keptPreviews.ts";
import { lockProgress, selectImports } from "../job/importTable.ts";
import { statesWithoutFile } from "../job/types.ts";
import { removeFile, tokensHere } from "../job/uploadFolders.ts";
import type { JobParts } from "./jobContext.ts";

const previewLivesMs = 24 * 3_600_000;
/** How long the result of an import can be made from its file. */
const resultLivesMs = 7 * 24 * 3_600_000;

/** Removes abandoned previews, and files that no import needs any more. */
export async function sweep(
  { store, directory }: Pick<JobParts, "store" | "directory">,
  nowMs: number,
  everyMs: number,
): Promise<void> {
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
  const here = tokensHere(directory, everyMs, nowMs);
  if (here.length === 0) return;
  const needed = await store.read((manager) =>
    selectImports(manager, { where: { state: Not(In([...statesWithoutFile])) } }),
  );
  const ended = await store.read((manager) =>
    selectImports(manager, {
      where: { state: In(["done", "cancelled"]), finishedAt: MoreThan(nowMs - resultLivesMs) },
      order: { id: "DESC" },
    }),
  );
  const tokens = new Set([...needed, ...keptOf(ended)].map(({ fileToken }) => fileToken));
  for (const token of here) if (!tokens.has(token)) await removeFile(directory, token);
}
