import { In } from "typeorm";
import type { Store } from "../../store/types.ts";
import type { NumberTrace } from "../../values/numberTrace.ts";
import { selectImports } from "../job/importTable.ts";
import type { Imports } from "../job/imports.ts";
import { removeFile, tokensHere } from "../job/uploadFolders.ts";
import { searchInThread } from "./searchThread.ts";

interface Parts {
  readonly store: Store;
  readonly imports: Pick<Imports, "cancel" | "settled">;
  readonly directory: string;
  readonly clock: { nowMs(): number };
}

const settleMs = 30_000;

/**
 * The imports whose files on this machine show the number. With `erase` their files are removed, and those that are not
 * done are cancelled: what they have stored stays, and is erased like everything else.
 */
export async function importFilesWith(
  { store, imports, directory, clock }: Parts,
  trace: NumberTrace,
  { erase }: { readonly erase: boolean },
): Promise<number> {
  const tokens = tokensHere(directory, 0, clock.nowMs());
  if (tokens.length === 0) return 0;
  const stored = await store.read((manager) =>
    selectImports(manager, { where: { fileToken: In([...tokens]) } }),
  );
  const found = new Set(
    await searchInThread({
      directory,
      number: trace.number,
      files: stored.map(({ fileToken, description }) => ({ token: fileToken, reading: description })),
    }),
  );
  if (erase) {
    for (const { id, fileToken, state } of stored) {
      if (!found.has(fileToken)) continue;
      if (state === "previewing" || state === "previewed" || state === "running") {
        await imports.cancel(id);
        await imports.settled(id, settleMs);
      }
      await removeFile(directory, fileToken);
    }
  }
  return found.size;
}
