import type { Clock } from "../../ops/types.ts";
import type { Store } from "../../store/types.ts";
import { endEarly } from "./endEarly.ts";
import type { StoredImport } from "./types.ts";
import { lockProgress, selectImports } from "./importTable.ts";
import { removeFile } from "./uploadFolders.ts";

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly directory: string;
}

/** Limits on the disk space of one user's previews, with the rows kept beside each file, and of ended imports. */
const mostFiles = 20;
const mostBytes = 2 ** 30;

type Kept = Pick<StoredImport, "description" | "fileBytes">;
const uploaderOf = ({ description }: Kept): string => description.uploader ?? "";

/** Those of each user that may stay, of imports from the newest to the oldest. */
export function keptOf<Import extends Kept>(
  imports: readonly Import[],
  begun: ReadonlyMap<string, { readonly files: number; readonly bytes: number }> = new Map(),
): readonly Import[] {
  const sums = new Map(begun);
  return imports.filter((one) => {
    const { files, bytes } = sums.get(uploaderOf(one)) ?? { files: 0, bytes: 0 };
    const sum = { files: files + 1, bytes: bytes + one.fileBytes };
    sums.set(uploaderOf(one), sum);
    return sum.files <= mostFiles && sum.bytes <= mostBytes;
  });
}

/** Discards the oldest previews of a user who has too many, or too large ones. */
export async function makeRoomForPreview(
  parts: Parts,
  { uploader, bytes }: { readonly uploader?: string; readonly bytes: number },
): Promise<void> {
  const previews = await parts.store.read((manager) =>
    selectImports(manager, { where: { state: "previewed" }, order: { id: "DESC" } }),
  );
  const own = previews.filter((one) => uploaderOf(one) === (uploader ?? ""));
  const kept = new Set(keptOf(own, new Map([[uploader ?? "", { files: 1, bytes }]])));
  for (const one of own) if (!kept.has(one)) await discard(parts, one.id, one.fileToken);
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
