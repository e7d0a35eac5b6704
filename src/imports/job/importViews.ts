import type { Clock } from "../../ops/types.ts";
import { StoreAwayError } from "../../store/errors.ts";
import type { Store } from "../../store/types.ts";
import { ImportUnknownError } from "./errors.ts";
import { selectImports } from "./importTable.ts";
import type { ImportView } from "./imports.ts";
import { isWorking } from "./types.ts";
import type { ImportRunner, StoredImport } from "./types.ts";

interface ImportViewsParts {
  readonly store: Store;
  readonly runner: Pick<ImportRunner, "live">;
  readonly clock: Clock;
}

export interface ImportViews {
  readonly viewOf: (stored: StoredImport) => ImportView;
  /** Rejects with `ImportUnknownError`. */
  readonly find: (id: number) => Promise<StoredImport>;
  readonly get: (id: number) => Promise<ImportView>;
}

/** Imports as they are stored, with what this process knows of them. */
export function createImportViews({ store, runner, clock }: ImportViewsParts): ImportViews {
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

  return { viewOf, find, get };
}
