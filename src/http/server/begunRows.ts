import type { Context } from "koa";
import { clientGone } from "./problems.ts";

/**
 * The chunks of an export, with the first one already read. A database error can then still become a status,
 * because nothing has been sent. Reading stops as soon as the client disconnects, also while waiting for the first
 * chunk: a running query ends on its own, and no other follows.
 */
export async function begunRows<Chunk>(
  { res }: Pick<Context, "res">,
  source: AsyncIterable<Chunk>,
): Promise<AsyncIterable<Chunk>> {
  if (res.destroyed) throw clientGone();
  const chunks = source[Symbol.asyncIterator]();
  const stop = (): void => {
    chunks.return?.().catch(() => undefined);
  };
  const gone = new Promise<never>((_, reject) => {
    res.once("close", () => {
      stop();
      reject(clientGone());
    });
  });
  gone.catch(() => undefined);
  const first = await Promise.race([chunks.next(), gone]);
  return continued(first, chunks);
}

async function* continued<Chunk>(
  first: IteratorResult<Chunk>,
  rest: AsyncIterator<Chunk>,
): AsyncGenerator<Chunk> {
  for (let result = first; result.done !== true; result = await rest.next()) yield result.value;
}
