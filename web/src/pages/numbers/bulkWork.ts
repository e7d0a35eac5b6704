import { maxIds } from "../../../../src/numbers/mappings/types.ts";
import { api } from "../../api/client.ts";
import type { MappingBulk, UndoStep } from "../../api/client.ts";

export type Deed = Pick<MappingBulk, "change" | "release">;

export interface BulkSums {
  readonly changed: number;
  readonly unchanged: number;
  /** Selected mappings that no longer exist. */
  readonly gone: number;
  /** How to undo it; empty if it cannot be undone. */
  readonly undo: readonly UndoStep[];
}

/** The browser keeps how to undo a change of so many mappings. */
export const mostUndone = 20_000;

/** The target of a bulk change, which is counted first. */
export interface BulkTarget {
  readonly kind: "filter" | "selection";
  readonly count: () => Promise<number>;
  /** Rejects on errors; `onProgress` receives the number of mappings done. */
  readonly act: (deed: Deed, counted: number, onProgress: (done: number) => void) => Promise<BulkSums>;
}

/** All mappings that match a filter, processed by the server in batches. */
export function filterTarget(filter: NonNullable<MappingBulk["filter"]>): BulkTarget {
  return {
    kind: "filter",
    count: async () => {
      const answer = await api.changeMappings({ filter, dryRun: true });
      if (!("matched" in answer)) throw new Error("The server has changed instead of counting.");
      return answer.matched;
    },
    act: async (deed, counted, onProgress) => {
      const sums = { changed: 0, unchanged: 0, gone: 0, undo: new Array<UndoStep>() };
      const undoable = counted <= mostUndone;
      let after: string | null = null;
      do {
        const done = await change({
          filter,
          ...deed,
          undoable,
          ...(after === null ? { expected: counted } : { after }),
        });
        sums.changed += done.changed;
        sums.unchanged += done.unchanged;
        sums.undo.push(...(done.undo ?? []));
        onProgress(sums.changed + sums.unchanged);
        after = done.next;
      } while (after !== null);
      return sums;
    },
  };
}

/** Individually selected mappings, in several requests if there are too many for one. */
export function selectionTarget(ids: readonly number[]): BulkTarget {
  return {
    kind: "selection",
    count: () => Promise.resolve(ids.length),
    act: async (deed, _counted, onProgress) => {
      const sums = { changed: 0, unchanged: 0, gone: 0, undo: new Array<UndoStep>() };
      for (let start = 0; start < ids.length; start += maxIds) {
        const some = ids.slice(start, start + maxIds);
        const answer = await change({ ids: some, ...deed, undoable: true });
        const { changed, unchanged, unknown = 0, undo = [] } = answer;
        sums.undo.push(...undo);
        sums.changed += changed;
        sums.unchanged += unchanged;
        sums.gone += unknown;
        onProgress(start + some.length);
      }
      return sums;
    },
  };
}

/** As many steps per request as it may have IDs. */
export async function undoAll(steps: readonly UndoStep[]): Promise<{ changed: number; unchanged: number }> {
  const sums = { changed: 0, unchanged: 0 };
  for (let rest = steps; rest.length > 0;) {
    let ids = 0;
    const fits = rest.findIndex((step) => (ids += step.ids.length) > maxIds);
    const some = fits === -1 ? rest : rest.slice(0, Math.max(1, fits));
    const { changed, unchanged } = await api.undoBulkChange({ steps: [...some] });
    sums.changed += changed;
    sums.unchanged += unchanged;
    rest = rest.slice(some.length);
  }
  return sums;
}

async function change(body: MappingBulk) {
  const answer = await api.changeMappings(body);
  if (!("changed" in answer)) throw new Error("The server has counted instead of changing.");
  return answer;
}
