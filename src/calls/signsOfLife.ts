import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { repeat } from "../ops/repeat.ts";
import type { Clock, Logger } from "../ops/types.ts";

const everyMs = 1_000;
/** No call is older than a few starts of its Asterisk. */
const keptRuns = 10;
/** Its start is computed anew for each connection, from a time with seconds. */
const sameStartMs = 2_000;

/** One run of an Asterisk, UTC milliseconds. */
interface Run {
  readonly startedAtMs: number;
  heardAtMs: number;
}

/**
 * When each run of each Asterisk was last known to be up, also by earlier processes. If a call is lost together with
 * its Asterisk, its record ends there.
 */
export class SignsOfLife {
  readonly #file: string;
  readonly #runs: Map<string, Run[]>;
  /** The run that this process is connected to. */
  readonly #current = new Map<string, Run>();

  constructor(file: string) {
    this.#file = file;
    this.#runs = read(file);
  }

  /** Of the run of this Asterisk that had a call begun at that time, UTC milliseconds; null if there is none. */
  lastOf(asterisk: string, callBeganAtMs: number): number | null {
    const run = this.#runs.get(asterisk)?.findLast(({ startedAtMs }) => startedAtMs <= callBeganAtMs);
    return run?.heardAtMs ?? null;
  }

  /** Asterisk is up now, and which calls it has is known. `startedAtMs`: since when it runs; null if unknown. */
  found(asterisk: string, startedAtMs: number | null, nowMs: number): void {
    const began = startedAtMs ?? 0;
    const runs = this.#runs.get(asterisk) ?? [];
    let run = runs.find((one) => Math.abs(one.startedAtMs - began) < sameStartMs);
    if (run === undefined) {
      run = { startedAtMs: began, heardAtMs: nowMs };
      runs.push(run);
      runs.splice(0, runs.length - keptRuns);
    }
    this.#runs.set(asterisk, runs);
    this.#current.set(asterisk, run);
    run.heardAtMs = nowMs;
  }

  /** The connection was lost. */
  lost(asterisk: string, heardAtMs: number): void {
    const run = this.#current.get(asterisk);
    if (run !== undefined) run.heardAtMs = heardAtMs;
    this.#current.delete(asterisk);
  }

  /**
   * Writes the file once a second. Returns a function that stops it.
   * @param heard when an Asterisk was last heard, UTC milliseconds; null if it was not.
   */
  keep(clock: Clock, logger: Logger, heard: (asterisk: string) => number | null): () => void {
    let troubled = false;
    return repeat(clock, everyMs, async () => {
      if (this.#current.size === 0) return;
      for (const [asterisk, run] of this.#current) run.heardAtMs = heard(asterisk) ?? run.heardAtMs;
      try {
        const text = JSON.stringify(Object.fromEntries(this.#runs));
        await writeFile(`${this.#file}.new`, text, { mode: 0o600 });
        await rename(`${this.#file}.new`, this.#file);
        troubled = false;
      } catch (error) {
        if (!troubled) logger.warn("Could not write Asterisk's signs of life", { error });
        troubled = true;
      }
    });
  }
}

function read(file: string): Map<string, Run[]> {
  const runs = new Map<string, Run[]>();
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof content !== "object" || content === null) return runs;
    for (const [asterisk, some] of Object.entries(content))
      if (Array.isArray(some)) runs.set(asterisk, some.filter(isRun));
  } catch {
    // The first start, or torn by a power failure: nothing is known.
  }
  return runs;
}

const isRun = (value: unknown): value is Run =>
  typeof value === "object" &&
  value !== null &&
  "startedAtMs" in value &&
  typeof value.startedAtMs === "number" &&
  "heardAtMs" in value &&
  typeof value.heardAtMs === "number";
