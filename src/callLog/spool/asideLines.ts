import type { Logger } from "../../ops/types.ts";
import type { Refusal } from "../database/storeBatch.ts";
import { errorCode } from "../errors.ts";
import type { SpoolFolder } from "./folder.ts";

/** Spool lines that the database will never have. They are kept in separate files for the operator. */
export class AsideLines {
  readonly #folder: SpoolFolder;
  readonly #logger: Logger;
  #refusedRecords = 0;
  #corruptLines = 0;

  constructor(folder: SpoolFolder, logger: Logger) {
    this.#folder = folder;
    this.#logger = logger;
  }

  get refusedRecords(): number {
    return this.#refusedRecords;
  }

  get corruptLines(): number {
    return this.#corruptLines;
  }

  /** Records that the database rejected. */
  async refused(refusals: readonly Refusal[]): Promise<void> {
    if (refusals.length === 0) return;
    await this.#folder.setAside(
      "rejected.lines",
      refusals.map(({ record, error }) => JSON.stringify({ error: errorCode(error), record })),
    );
    this.#refusedRecords += refusals.length;
    for (const { record, error } of refusals) {
      this.#logger.error("The database rejected a call record; it is kept in rejected.lines of the spool", {
        callId: record.callId,
        error,
      });
    }
  }

  /** Lines of this segment that cannot be read. */
  async corrupt(lines: readonly string[], segment: number): Promise<void> {
    if (lines.length === 0) return;
    await this.#folder.setAside("corrupt.lines", lines);
    this.#corruptLines += lines.length;
    this.#logger.error("Found damaged lines in the spool; they are kept in corrupt.lines", {
      lineCount: lines.length,
      segment,
    });
  }
}
