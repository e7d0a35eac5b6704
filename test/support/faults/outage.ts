import type { FaultSystem } from "./system.ts";
import { type Undo, undoable } from "./undoable.ts";

/** A part that fails, and recovers. */
export interface Outage {
  readonly name: string;
  /** Before the system is started, once for all outages that need it. The result undoes it. */
  prepare?(): Promise<Undo>;
  /** Resolves when it has failed. The result restores it. */
  begin(system: FaultSystem): Promise<Undo>;
}

/** Several at once. */
export const together = (...outages: readonly Outage[]): Outage => ({
  name: outages.map(({ name }) => name).join(" and "),
  prepare: () => prepareAll(outages),
  begin: (system) =>
    undoable(async (undoWith) => {
      for (const outage of outages) undoWith(await outage.begin(system));
    }),
});

export const prepareAll = (outages: readonly Outage[]): Promise<Undo> =>
  undoable(async (undoWith) => {
    for (const outage of outages) if (outage.prepare) undoWith(await outage.prepare());
  });
