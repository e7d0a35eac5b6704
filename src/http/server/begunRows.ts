import type { Context } from "koa";
import { HttpProblem } from "./problems.ts";

const clientGone = (): HttpProblem =>
  new HttpProblem({ status: 499, code: "CLIENT_GONE", detail: "The client closed the connection." });

/**
 * The chunks of an export, its first one read. An error of the database is then still an honest status, because
 * nothing of the answer has been sent. Reading stops as soon as the client is gone, also while the first chunk is
 * waited for: a query under way ends by itself, and no other follows it.
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
