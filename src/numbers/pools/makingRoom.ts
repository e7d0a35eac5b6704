import { PoolClutteredError } from "../errors.ts";
import type { NumberMapper } from "../types.ts";

/**
 * Runs work that maps numbers in its own transaction, and repeats it if nearly all of the next numbers of a pool
 * are occupied. Each time some of them are skipped for good, so it terminates.
 */
export async function makingRoom<T>(
  mapper: Pick<NumberMapper, "makeRoom">,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PoolClutteredError)) throw error;
      signal.throwIfAborted();
      await mapper.makeRoom(error.poolId);
    }
  }
}
