import { importFilesWith } from "../imports/erasure/eraseFiles.ts";
import type { Imports } from "../imports/job/imports.ts";
import type { AsteriskFile } from "../callLog/asteriskFile/reader.ts";
import type { ErasedNumbers } from "../callLog/database/erasedNumbers.ts";
import type { SpooledCallLog } from "../callLog/spooledCallLog.ts";
import type { Logger, SteadyClock } from "../ops/types.ts";
import type { Store } from "../store/types.ts";
import { traceOf } from "../values/numberTrace.ts";
import type { NumberTrace } from "../values/numberTrace.ts";
import { isPhoneNumber } from "../values/phoneNumber.ts";
import type { PhoneNumber } from "../values/phoneNumber.ts";
import type { InstanceFindings } from "./types.ts";

/** Data on this instance's disk and in its memory. */
interface HereParts {
  readonly store: Store;
  readonly clock: SteadyClock;
  readonly logger: Logger;
  readonly node: string;
  readonly erased: ErasedNumbers;
  /** null: this instance handles no calls. */
  readonly callLog: Pick<SpooledCallLog, "erase" | "linesWith"> | null;
  /** null: this instance reads no file of Asterisk's. */
  readonly callFile: Pick<AsteriskFile, "erase" | "linesWith"> | null;
  readonly imports: Pick<Imports, "cancel" | "settled">;
  readonly uploadDirectory: string;
  /** Drops a number from the caches of this process. */
  readonly forget: (number: PhoneNumber) => void;
  /** Forgets calls that are over, such as those on the live board. */
  readonly forgetEnded: (isErased: (text: string) => boolean) => void;
}

/** Enough for a spool after a database outage; a search that takes longer is reported as incomplete. */
const withinMs = 20_000;

/** Searches the data that only this instance has for the number, and with `erase` removes it. Never rejects. */
export async function searchHere(
  parts: HereParts,
  number: string,
  { erase }: { readonly erase: boolean },
): Promise<InstanceFindings> {
  const { node, logger } = parts;
  const trace = traceOf(number);
  const findings = { node, spoolLines: 0, callFileLines: 0, importFiles: 0, isComplete: true };
  try {
    if (erase) {
      // From here on, nothing new is written with the number.
      await parts.store.read((manager) => parts.erased.load(manager));
      if (isPhoneNumber(number)) parts.forget(number);
      parts.forgetEnded(trace.isIn);
    }
    findings.spoolLines = (await parts.callLog?.linesWith(trace)) ?? 0;
    findings.callFileLines = (await parts.callFile?.linesWith(trace)) ?? 0;
    findings.importFiles = await importFilesWith({ ...parts, directory: parts.uploadDirectory }, trace, {
      erase,
    });
    if (erase) findings.isComplete = await eraseLines(parts, trace);
  } catch (error) {
    logger.error("Could not search all files and caches for a number to erase", { error });
    findings.isComplete = false;
  }
  return findings;
}

/** Asterisk's lines pass through the spool's part of the application, so they come first. */
async function eraseLines({ callFile, callLog }: HereParts, trace: NumberTrace): Promise<boolean> {
  const fromFile = (await callFile?.erase(trace, withinMs)) ?? true;
  const fromSpool = (await callLog?.erase(trace, withinMs)) ?? true;
  return fromFile && fromSpool;
}
