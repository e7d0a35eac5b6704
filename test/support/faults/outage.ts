import type { FaultSystem } from "./system.ts";

/** A part that fails, and recovers. */
export interface Outage {
  readonly name: string;
  /** Before the system is started, once for all outages that need it. The result undoes it. */
  prepare?(): Promise<() => Promise<void>>;
  /** Resolves when it has failed. The result restores it. */
  begin(system: FaultSystem): Promise<() => Promise<void>>;
}

/** Several at once. */
export const together = (...outages: readonly Outage[]): Outage => ({
  name: outages.map(({ name }) => name).join(" and "),
  prepare: () => prepareAll(outages),
  async begin(system) {
    const back: (() => Promise<void>)[] = [];
    for (const outage of outages) back.push(await outage.begin(system));
    return async () => {
      for (const bring of back.toReversed()) await bring();
    };
  },
});

export async function prepareAll(outages: readonly Outage[]): Promise<() => Promise<void>> {
  const undone: (() => Promise<void>)[] = [];
  for (const outage of outages) if (outage.prepare) undone.push(await outage.prepare());
  return async () => {
    for (const undo of undone.toReversed()) await undo();
  };
}
