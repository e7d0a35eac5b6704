import { maxIds } from "../../../../src/numbers/mappings/types.ts";
import { api } from "../../api/client.ts";
import type { MappingBulk, UndoStep } from "../../api/client.ts";

export type Deed = Pick<MappingBulk, "change" | "release">;

export interface BulkSums {
  readonly changed: number;
  readonly unchanged: number;
  /** Selected mappings that no longer exist. */
  readonly gone: number;
  /** How to undo it; empty if nothing was changed. */
  readonly undo: readonly UndoStep[];
}

/** The target of a bulk change, which is counted first. */
export interface BulkTarget {
  readonly kind: "filter" | "selection";
  readonly count: () => Promise<number>;
  /** Rejects on errors; `onProgress` receives what was done so far, which stays. */
  readonly act: (deed: Deed, counted: number, onProgress: (sums: BulkSums) => void) => Promise<BulkSums>;
}

/** The number of mappings done. */
export const doneOf = ({ changed, unchanged, gone }: BulkSums): number => changed + unchanged + gone;

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
      let after: string | null = null;
      do {
        const done = await change({
          filter,
          ...deed,
          undoable: true,
          ...(after === null ? { expected: counted } : { after }),
        });
        sums.changed += done.changed;
        sums.unchanged += done.unchanged;
        sums.undo.push(...(done.undo ?? []));
        onProgress(sums);
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
        onProgress(sums);
      }
      return sums;
    },
  };
}

export interface UndonePart {
  readonly changed: number;
  readonly unchanged: number;
  /** How many of the steps are done. */
  readonly stepsDone: number;
}

/** The server takes 64 kB and 2,000 values, names included. */
const maxBytes = 60_000;
const maxValues = 1900;

const valuesIn = ({ ids, change = {} }: UndoStep): number => ids.length + 2 * Object.keys(change).length + 8;

/** Undoes the steps after the first `stepsDone`, as many per request as the server takes. */
export async function* undoParts(steps: readonly UndoStep[], stepsDone = 0): AsyncGenerator<UndonePart> {
  const encoder = new TextEncoder();
  for (let start = stepsDone; start < steps.length;) {
    let end = start;
    let [ids, values, bytes] = [0, 0, 0];
    for (let step = steps[end]; step !== undefined; step = steps[end]) {
      ids += step.ids.length;
      values += valuesIn(step);
      bytes += encoder.encode(JSON.stringify(step)).length + 1;
      if (end > start && (ids > maxIds || values > maxValues || bytes > maxBytes)) break;
      end += 1;
    }
    const { changed, unchanged } = await api.undoBulkChange({ steps: steps.slice(start, end) });
    start = end;
    yield { changed, unchanged, stepsDone: end };
  }
}

async function change(body: MappingBulk) {
  const answer = await api.changeMappings(body);
  if (!("changed" in answer)) throw new Error("The server has counted instead of changing.");
  return answer;
}
