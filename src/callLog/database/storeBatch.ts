import type { CallRecord } from "../../values/callRecord.ts";
import type { RecordSink } from "./recordSink.ts";

export interface Refusal {
  readonly record: CallRecord;
  readonly error: unknown;
}

/** If this many rows are rejected and none accepted, the database rejects everything. */
const enoughRefusals = 8;

/**
 * Writes the records and returns those that the database will never accept, found by bisection. Throws if the
 * database is unavailable, or rejects them for another reason: then none may be given up.
 */
export async function storeBatch(
  sink: RecordSink,
  records: readonly CallRecord[],
): Promise<readonly Refusal[]> {
  const doubtful: Refusal[] = [];
  const refused: Refusal[] = [];
  let accepted = 0;

  async function store(part: readonly CallRecord[]): Promise<void> {
    try {
      await sink.write(part);
      accepted += part.length;
    } catch (error) {
      const blame = sink.blame(error);
      const [only] = part;
      if (blame === "away" || only === undefined) throw error;
      if (part.length > 1) {
        const middle = Math.ceil(part.length / 2);
        await store(part.slice(0, middle));
        await store(part.slice(middle));
        return;
      }
      (blame === "row" ? refused : doubtful).push({ record: only, error });
      if (accepted === 0 && doubtful.length >= enoughRefusals) throw error;
    }
  }

  await store(records);
  // If another row was accepted, the statement is correct and the row is not.
  if (doubtful[0] && accepted === 0) throw doubtful[0].error;
  return [...refused, ...doubtful];
}
