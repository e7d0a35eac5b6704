export type Undo = () => Promise<void>;

/**
 * Does something step by step; each step says beforehand how to undo it. The result undoes all of them, the last one
 * first, even if one fails, and tries each twice. If a step fails, those before it are undone.
 */
export async function undoable(work: (undoWith: (undo: Undo) => void) => Promise<void>): Promise<Undo> {
  const steps: Undo[] = [];
  const undoAll: Undo = async () => {
    const failures: unknown[] = [];
    for (const undo of steps.splice(0).toReversed())
      await undo()
        .catch(undo)
        .catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
  try {
    await work((undo) => void steps.push(undo));
    return undoAll;
  } catch (error) {
    await undoAll().catch(() => undefined);
    throw error;
  }
}
