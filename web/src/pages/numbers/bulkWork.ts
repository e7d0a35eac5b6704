import { api } from "../../api/client.ts";
import type { MappingBulk } from "../../api/client.ts";
import type { Problem } from "../../net/problem.ts";
import { toProblem } from "../../net/problem.ts";

export type Deed = Pick<MappingBulk, "change" | "release">;

export interface BulkSums {
  readonly changed: number;
  readonly unchanged: number;
  /** Of single numbers that the server has refused: why, each reason once. */
  readonly refused: readonly Problem[];
  readonly refusals: number;
}

/** What is changed at once: counted first, then exactly that. */
export interface BulkTarget {
  readonly kind: "filter" | "selection";
  readonly count: () => Promise<number>;
  /** Rejects where nothing more can be done; `onProgress` is told how many are done. */
  readonly act: (deed: Deed, counted: number, onProgress: (done: number) => void) => Promise<BulkSums>;
}

/** Everything that a filter finds, a million if need be: the server does it in portions. */
export function filterTarget(filter: NonNullable<MappingBulk["filter"]>): BulkTarget {
  return {
    kind: "filter",
    count: async () => {
      const answer = await api.changeMappings({ filter, dryRun: true });
      if (!("matched" in answer)) throw new Error("The server has changed instead of counting.");
      return answer.matched;
    },
    act: async (deed, counted, onProgress) => {
      const sums = { changed: 0, unchanged: 0, refused: [], refusals: 0 };
      let after: string | null = null;
      do {
        const answer = await api.changeMappings({
          filter,
          ...deed,
          ...(after === null ? { expected: counted } : { after }),
        });
        if (!("changed" in answer)) throw new Error("The server has counted instead of changing.");
        sums.changed += answer.changed;
        sums.unchanged += answer.unchanged;
        onProgress(sums.changed + sums.unchanged);
        after = answer.next;
      } while (after !== null);
      return sums;
    },
  };
}

/** Single numbers that were ticked: as many as a person ticks, one after the other. */
export function selectionTarget(ids: readonly number[]): BulkTarget {
  return {
    kind: "selection",
    count: () => Promise.resolve(ids.length),
    act: async ({ change }, _counted, onProgress) => {
      const refused = new Map<string, Problem>();
      let changed = 0;
      let refusals = 0;
      for (const id of ids) {
        try {
          await (change === undefined
            ? api.releaseMapping(String(id))
            : api.changeMapping(String(id), change));
          changed += 1;
        } catch (error) {
          const problem = toProblem(error);
          // A number may have gone meanwhile; that the server is away concerns all that follow.
          if (problem.passing || problem.status === 401 || problem.status === 403) throw problem;
          refused.set(problem.code, problem);
          refusals += 1;
        }
        onProgress(changed + refusals);
      }
      return { changed, unchanged: 0, refused: [...refused.values()], refusals };
    },
  };
}
