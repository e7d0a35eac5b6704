import { randomUUID } from "node:crypto";
import { appendFile, readdir, rename, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { diskSpace } from "../../ops/disks.ts";
import { tighten } from "../../ops/privateFiles.ts";
import { repeat } from "../../ops/repeat.ts";
import { sleep } from "../../ops/sleep.ts";
import type { Clock, Logger, PartHealth } from "../../ops/types.ts";
import { StoreAwayError } from "../../store/errors.ts";
import type { NumberTrace } from "../../values/numberTrace.ts";
import { errorCode } from "../errors.ts";
import type { AsteriskLines } from "../lines.ts";
import { linesWith as linesOf, textOf, withoutLines } from "../spool/erase.ts";
import { TakenFile } from "./takenFile.ts";

interface AsteriskFileOptions {
  /** `CALL_FILE` of the dialplan. Need not exist. */
  readonly file: string;
  readonly lines: AsteriskLines;
  /** Whether the spool on disk has all calls whose first line was told. */
  readonly saved: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly everyMs?: number;
  /** Free space on the disk of the file, for every user. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

export interface AsteriskFile {
  readonly health: PartHealth;
  /** How many lines in the files beside Asterisk's show a number. */
  linesWith(trace: NumberTrace): Promise<number>;
  /** Removes a number from them: from rejected lines at once, from the others as soon as they are stored. */
  erase(trace: NumberTrace, withinMs: number): Promise<boolean>;
  /** Waits for the current batch. */
  close(): Promise<void>;
}

/** Asterisk opens the file for each line, which takes far less. */
const writeMs = 100;
/** Room for the lines of several hundred calls. Asterisk loses those that do not fit, and says so only in its log. */
const leastFreeBytes = 64 * 1024;
/** Another instance that shares the folder would have stored its files by then. */
const abandonedMs = 10_000;

/**
 * Reads Asterisk's call file once a second. The file is renamed, read when Asterisk has finished the line it was
 * writing, and removed a turn after the database has everything in it: by then nothing can be written to it any more.
 * After a crash in between, the same lines are stored again, which changes nothing.
 */
export function readAsteriskFile(options: AsteriskFileOptions): AsteriskFile {
  const { file, lines, saved, clock, logger, everyMs = 1_000, freeBytes = freeBytesOn } = options;
  const folder = dirname(file);
  const aside = `${basename(file)}.taken-`;
  const self = randomUUID().slice(0, 8);
  /** In the order in which they were taken. */
  const taken = new Map<string, TakenFile>();
  const stored = new Set<string>();
  const troubles = new Map<"taking" | "storing", string>();
  let storing: Promise<void> | null = null;
  const rejected = `${file}.rejected`;
  let usingRejected: Promise<void> = Promise.resolve();
  let isDiskFull = false;
  let closing = false;

  /** Even while the database is frozen, listeners get the lines. */
  async function turn(): Promise<void> {
    await orTrouble("taking", async () => {
      await adoptAbandoned();
      await takeCurrent();
      await checkRoom();
    });
    storing ??= orTrouble("storing", storeTaken).finally(() => {
      storing = null;
    });
  }

  async function orTrouble(step: "taking" | "storing", work: () => Promise<void>): Promise<void> {
    try {
      await work();
      troubles.delete(step);
    } catch (error) {
      // The database reports its own outage.
      if (error instanceof StoreAwayError) return;
      const code = errorCode(error);
      if (troubles.get(step) !== code)
        logger.warn("Could not read Asterisk's call file", { setting: "ASTERISK_CALL_FILE", step, error });
      troubles.set(step, code);
    }
  }

  async function checkRoom(): Promise<void> {
    const wasFull = isDiskFull;
    isDiskFull = (await freeBytes(folder)) < leastFreeBytes;
    if (isDiskFull && !wasFull)
      logger.error("The disk of Asterisk's call file is full", { setting: "ASTERISK_CALL_FILE" });
    if (wasFull && !isDiskFull) logger.info("The disk of Asterisk's call file has room again");
  }

  async function storeTaken(): Promise<void> {
    // Files taken in the meantime are announced now, and stored next time.
    for (const [name, one] of Array.from(taken)) {
      if (closing) return;
      await one.store();
      // The files stored last time are complete now.
      if (stored.has(name) && saved()) {
        await one.remove();
        taken.delete(name);
        stored.delete(name);
      } else {
        stored.add(name);
      }
    }
  }

  /** Files from an earlier process, or put there by an operator. */
  async function adoptAbandoned(): Promise<void> {
    const names = (await readdir(folder)).filter((name) => name.startsWith(aside) && !taken.has(name));
    for (const name of names.toSorted()) {
      const modifiedMs = (await stat(join(folder, name)).catch(() => null))?.mtimeMs;
      if (modifiedMs !== undefined && clock.nowMs() - modifiedMs >= abandonedMs) take(name);
    }
  }

  async function takeCurrent(): Promise<void> {
    // Unique, because another instance may share the folder, and a rename would overwrite its file.
    const name = `${aside}${clock.nowMs()}-${self}`;
    try {
      await rename(file, join(folder, name));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return;
      throw error;
    }
    // The file usually still belongs to Asterisk's user; then the folder keeps other users out.
    tighten(join(folder, name));
    await sleep(clock, writeMs);
    await take(name).tell();
  }

  function take(name: string): TakenFile {
    const one = new TakenFile(join(folder, name), lines, reject);
    taken.set(name, one);
    return one;
  }

  /** A line that is appended while the file is rewritten would be lost. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = usingRejected.then(work);
    usingRejected = done.catch(() => undefined);
    return done;
  }

  async function reject(texts: readonly string[]): Promise<void> {
    await inTurn(async () => {
      tighten(rejected);
      await appendFile(rejected, texts.map((text) => `${text}\n`).join(""), { mode: 0o600 });
    });
    logger.error("Lines of Asterisk's call file were rejected; they are kept next to it as .rejected", {
      lineCount: texts.length,
    });
  }

  async function linesWith(trace: NumberTrace): Promise<number> {
    const names = (await readdir(folder)).filter((name) => name.startsWith(basename(file)));
    const texts = await Promise.all(names.map((name) => textOf(join(folder, name))));
    return texts.flatMap((text) => linesOf(text, trace)).length;
  }

  let running = turn();
  const stop = repeat(clock, everyMs, () => (running = running.then(turn)));
  return {
    get health(): PartHealth {
      const [trouble] = troubles.values();
      if (isDiskFull)
        return {
          status: "degraded",
          detail:
            "The disk of Asterisk's call file is full: calls that no controller follows get no record. Free some space.",
        };
      return trouble === undefined
        ? { status: "up", detail: "Asterisk's call file is being read." }
        : {
            status: "degraded",
            detail: `Cannot read Asterisk's call file (${trouble}): check ASTERISK_CALL_FILE and the permissions of its folder.`,
          };
    },
    linesWith,
    async erase(trace, withinMs) {
      await inTurn(async () => {
        const text = await textOf(rejected);
        if (!trace.isIn(text)) return;
        // Under its name there is always one of the two whole files.
        await writeFile(`${rejected}.new`, withoutLines(text, trace), { mode: 0o600 });
        await rename(`${rejected}.new`, rejected);
      });
      for (const untilMs = clock.nowMs() + withinMs; clock.nowMs() < untilMs; await sleep(clock, everyMs / 4))
        if ((await linesWith(trace)) === 0) return true;
      return false;
    },
    async close() {
      closing = true;
      stop();
      await running;
      await storing;
    },
  };
}

async function freeBytesOn(folder: string): Promise<number> {
  return (await diskSpace(folder)).freeBytes;
}
