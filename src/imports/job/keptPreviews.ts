import type { Clock } from "../../ops/types.ts";
import type { Store } from "../../store/types.ts";
import { endEarly } from "./endEarly.ts";
import { lockProgress, selectImports } from "./importTable.ts";
import { removeFile } from "./uploadFolders.ts";

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly directory: string;
}

/** What the previews of one user may take on the disk, with the rows kept beside each file. */
const mostPreviews = 20;
const mostBytes = 2 ** 30;

/** Discards the oldest previews of a user who has too many, or too large ones. */
export async function makeRoomForPreview(
  parts: Parts,
  { uploader, bytes }: { readonly uploader?: string; readonly bytes: number },
): Promise<void> {
  const previews = await parts.store.read((manager) =>
    selectImports(manager, { where: { state: "previewed" }, order: { id: "DESC" } }),
  );
  const own = previews.filter(({ description }) => (description.uploader ?? "") === (uploader ?? ""));
  let sum = bytes;
  for (const [at, { id, fileToken, fileBytes }] of own.entries()) {
    sum += fileBytes;
    if (at + 1 >= mostPreviews || sum > mostBytes) await discard(parts, id, fileToken);
  }
}

async function discard({ store, clock, directory }: Parts, id: number, fileToken: string): Promise<void> {
  const isDiscarded = await store.transaction(async (manager) => {
    const { state } = await lockProgress(manager, id);
    if (state !== "previewed") return false;
    await endEarly(manager, id, state, { state: "cancelled", failure: null }, clock.nowMs());
    return true;
  });
  if (isDiscarded) await removeFile(directory, fileToken);
}
