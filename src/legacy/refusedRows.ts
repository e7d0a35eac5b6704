import { once } from "node:events";
import type { WriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { importText } from "../imports/texts/importText.ts";
import { isImportCode } from "../imports/job/types.ts";
import { csvCell, csvHead } from "../http/formats/csv.ts";
import { LegacyUsageError } from "./options.ts";
import type { CallRefusal } from "./readCall.ts";
import type { PairRefusal } from "./readPair.ts";

export type LegacyRefusal = PairRefusal | CallRefusal | "CALL_NOT_STORED";

interface RefusalText {
  readonly message: string;
  readonly remedy: string;
}

const ownTexts: Readonly<
  Record<
    Exclude<LegacyRefusal, PairRefusal> | "REAL_TWICE" | "PROXY_TWICE" | "REAL_HAS_OTHER_PROXY",
    RefusalText
  >
> = {
  REAL_TWICE: {
    message: "The other system has several proxy numbers for this real number.",
    remedy: "Delete the outdated rows in the other system.",
  },
  PROXY_TWICE: {
    message: "The other system has this proxy number for several real numbers.",
    remedy: "Delete the outdated rows in the other system.",
  },
  REAL_HAS_OTHER_PROXY: {
    message: "The real number already has another proxy number here, and keeps it.",
    remedy: "To bring in this one, release the number under Numbers and run the command again.",
  },
  CALL_NUMBER_UNREADABLE: {
    message: "The proxy number or the real number of the call is not a number.",
    remedy: "Correct it in the other system, or leave the call out.",
  },
  CALL_TIME_UNREADABLE: {
    message: "The time of the call is missing or cannot be read.",
    remedy: "Correct it in the other system, for example to 2025-03-01 18:30:00.",
  },
  CALL_DURATION_UNREADABLE: {
    message: "The duration is missing for an answered call, or is not a number of seconds.",
    remedy: "Correct it in the other system.",
  },
  CALL_STATUS_UNKNOWN: {
    message: "The meaning of the status is unknown.",
    remedy: "Define it with --status THEIRS=OURS, and run the command again.",
  },
  CALL_NOT_STORED: {
    message: "The database did not accept the call.",
    remedy: "Compare the row with the others.",
  },
};

const isOwn = (code: string): code is keyof typeof ownTexts => Object.hasOwn(ownTexts, code);

function textOf(code: LegacyRefusal): RefusalText {
  if (isOwn(code)) return ownTexts[code];
  return isImportCode(code) ? importText(code, "en") : { message: code, remedy: "" };
}

/** A row as it is in the other system. */
interface RefusedRow {
  readonly table: "phone_mappings" | "call_logs";
  readonly id: number;
  readonly realPhone: string | null;
  readonly fakePhone: string | null;
  /** The other value that matters, if any. */
  readonly value?: string | null;
  readonly code: LegacyRefusal;
}

const head = ["table", "id", "real_phone", "fake_phone", "value", "code", "message", "remedy"];

/** Lists the refused rows in a file, which contains real numbers and is therefore private. */
export class RefusedRows {
  readonly #file: WriteStream;
  readonly #counts = new Map<LegacyRefusal, number>();

  private constructor(file: WriteStream) {
    this.#file = file;
    // `written` and `close` reject with it.
    file.on("error", () => undefined);
    file.write(csvHead(head, ","));
  }

  /** Throws `LegacyUsageError`. */
  static async open(path: string): Promise<RefusedRows> {
    try {
      const file = await open(path, "w", 0o600);
      // A file that was there before keeps its mode.
      await file.chmod(0o600);
      return new RefusedRows(file.createWriteStream());
    } catch {
      throw new LegacyUsageError("--refused is not a file that can be written.");
    }
  }

  add({ table, id, realPhone, fakePhone, value = "", code }: RefusedRow): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    const { message, remedy } = textOf(code);
    const cells = [table, String(id), realPhone ?? "", fakePhone ?? "", value ?? "", code, message, remedy];
    this.#file.write(`${cells.map(csvCell).join(",")}\r\n`);
  }

  /** Resolves when there is room for more. */
  async written(): Promise<void> {
    if (this.#file.errored !== null) throw this.#file.errored;
    if (this.#file.writableNeedDrain) await once(this.#file, "drain");
  }

  get counts(): ReadonlyMap<LegacyRefusal, number> {
    return this.#counts;
  }

  /** Rejects if the file could not be written. */
  async close(): Promise<void> {
    this.#file.end();
    await finished(this.#file);
  }
}
