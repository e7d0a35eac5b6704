import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { repeat } from "../ops/repeat.ts";
import type { Clock, Logger } from "../ops/types.ts";

const everyMs = 1_000;

/**
 * When each Asterisk was last known to be up, kept in a file for the next process. If a call is lost together with
 * its Asterisk and its controller, its record ends there.
 */
export class SignsOfLife {
  readonly #file: string;
  readonly #earlier: ReadonlyMap<string, number>;

  constructor(file: string) {
    this.#file = file;
    this.#earlier = read(file);
  }

  /** Of an earlier process, UTC milliseconds; null if there is none. */
  lastOf(asterisk: string): number | null {
    return this.#earlier.get(asterisk) ?? null;
  }

  /**
   * Writes them once a second. Returns a function that stops it.
   * @param heard when each Asterisk was last heard, UTC milliseconds.
   */
  keep(
    clock: Clock,
    logger: Logger,
    heard: () => Iterable<readonly [asterisk: string, atMs: number]>,
  ): () => void {
    const seen = new Map(this.#earlier);
    let troubled = false;
    return repeat(clock, everyMs, async () => {
      for (const [asterisk, atMs] of heard()) seen.set(asterisk, atMs);
      try {
        await writeFile(`${this.#file}.new`, JSON.stringify(Object.fromEntries(seen)), { mode: 0o600 });
        await rename(`${this.#file}.new`, this.#file);
        troubled = false;
      } catch (error) {
        if (!troubled) logger.warn("The signs of life of Asterisk cannot be written", { error });
        troubled = true;
      }
    });
  }
}

function read(file: string): Map<string, number> {
  const seen = new Map<string, number>();
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof content !== "object" || content === null) return seen;
    for (const [asterisk, atMs] of Object.entries(content))
      if (typeof atMs === "number") seen.set(asterisk, atMs);
  } catch {
    // The first start, or torn by a power failure: nothing is known.
  }
  return seen;
}
