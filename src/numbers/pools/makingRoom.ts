import { PoolClutteredError } from "../errors.ts";
import type { NumberMapper } from "../types.ts";

/**
 * Does work that maps numbers in a transaction of its own, and again wherever nearly all of the next numbers of a
 * pool are occupied: each time some of them are passed over for good, so that it comes to an end.
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
