import { createReadStream } from "node:fs";
import { appendFile, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { CallRecord } from "../../values/callRecord.ts";
import { tighten } from "../../ops/privateFiles.ts";
import { repeat } from "../../ops/repeat.ts";
import type { Clock, Logger, PartHealth } from "../../ops/types.ts";
import { StoreAwayError } from "../../store/errors.ts";
import { errorCode } from "../errors.ts";
import type { RecordSink } from "../database/recordSink.ts";
import { storeBatch } from "../database/storeBatch.ts";
import { unrecordedCallOf } from "./line.ts";

interface UnrecordedCallsOptions {
  /** `UNRECORDED_CALLS` of the dialplan. Need not exist. */
  readonly file: string;
  /** Replaces the end of a call that already has a record: the dialplan handled it last. */
  readonly sink: RecordSink;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly everyMs?: number;
}

export interface UnrecordedCalls {
  readonly health: PartHealth;
  /** Waits for the current batch. */
  close(): Promise<void>;
}

const batchRows = 500;

/**
 * Imports calls from the file where the dialplan keeps those that could not be written to the database. The file is
 * first renamed and read one turn later, when Asterisk has finished the line it was writing. It is removed once the
 * database has all of it; after a crash in between, the same calls are written again.
 */
export function takeOverUnrecordedCalls(options: UnrecordedCallsOptions): UnrecordedCalls {
  const { file, sink, clock, logger, everyMs = 5_000 } = options;
  const folder = dirname(file);
  const aside = `${basename(file)}.taken-`;
  let trouble: string | null = null;
  let closing = false;

  async function turn(): Promise<void> {
    try {
      for (const name of (await readdir(folder)).filter((one) => one.startsWith(aside)).toSorted()) {
        if (closing) return;
        await takeOver(join(folder, name));
      }
      await setAside();
      trouble = null;
    } catch (error) {
      // The database reports its own outage.
      if (error instanceof StoreAwayError) return;
      const code = errorCode(error);
      if (trouble !== code)
        logger.warn("Could not read the dialplan's file of unrecorded calls", {
          setting: "UNRECORDED_CALLS_FILE",
          error,
        });
      trouble = code;
    }
  }

  async function setAside(): Promise<void> {
    // Unique, because another instance may share the folder, and a rename would overwrite its file.
    const name = `${aside}${clock.nowMs()}-${process.pid}`;
    try {
      await rename(file, join(folder, name));
      // The file usually still belongs to Asterisk's user; then the folder keeps other users out.
      tighten(join(folder, name));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  async function takeOver(path: string): Promise<void> {
    let records: CallRecord[] = [];
    let lines = new Map<string, string>();
    let taken = 0;
    const refused: string[] = [];
    const flush = async (): Promise<void> => {
      const refusals = await storeBatch(sink, records);
      for (const { record } of refusals) refused.push(lines.get(record.callId) ?? "");
      taken += records.length - refusals.length;
      records = [];
      lines = new Map();
    };
    const input = createReadStream(path, "utf8");
    try {
      for await (const line of createInterface({ input, crlfDelay: Infinity })) {
        if (closing) return;
        if (line === "") continue;
        const record = unrecordedCallOf(line);
        if (record === null) {
          refused.push(line);
          continue;
        }
        lines.set(record.callId, line);
        if (records.push(record) >= batchRows) await flush();
      }
      await flush();
    } catch (error) {
      // Another instance has taken it.
      if (isMissing(error)) return;
      throw error;
    } finally {
      input.destroy();
    }
    if (refused.length > 0) {
      tighten(`${file}.rejected`);
      await appendFile(`${file}.rejected`, refused.map((line) => `${line}\n`).join(""), { mode: 0o600 });
      logger.error("Calls in the dialplan's file were rejected; they are kept next to it as .rejected", {
        lineCount: refused.length,
      });
    }
    await rm(path, { force: true });
    logger.info("Recorded calls from the dialplan's file", { records: taken });
  }

  let running = turn();
  const stop = repeat(clock, everyMs, () => (running = running.then(turn)));
  return {
    get health(): PartHealth {
      return trouble === null
        ? { status: "up", detail: "Calls from the dialplan's file are being recorded" }
        : {
            status: "degraded",
            detail: `Cannot read the dialplan's file of unrecorded calls (${trouble}): check UNRECORDED_CALLS_FILE and the permissions of its folder`,
          };
    },
    async close() {
      closing = true;
      stop();
      await running;
    },
  };
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOENT";
