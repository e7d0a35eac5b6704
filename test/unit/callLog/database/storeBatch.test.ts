import { expect } from "chai";
import type { RecordSink } from "../../../../src/callLog/database/recordSink.ts";
import { storeBatch } from "../../../../src/callLog/database/storeBatch.ts";
import { callRecord } from "../../../support/callRecords.ts";

class RefusedError extends Error {}

/** Rejects the whole write for one of its rows, like a statement. */
function refusing(bad: (callId: string) => boolean, blame: "row" | "statement" | "away") {
  const stored: string[] = [];
  const sink: RecordSink = {
    async write(records) {
      if (records.some(({ callId }) => bad(callId))) throw new RefusedError();
      stored.push(...records.map(({ callId }) => callId));
    },
    blame: () => blame,
  };
  return { sink, stored };
}

const records = Array.from({ length: 100 }, (_, index) => callRecord(String(index)));

async function refusedIds(sink: RecordSink): Promise<string[]> {
  return (await storeBatch(sink, records)).map(({ record }) => record.callId);
}

describe("Storing a batch", () => {
  it("finds the rows that the database rejects and stores all others", async () => {
    const { sink, stored } = refusing((id) => id === "0" || id === "57", "row");
    expect(await refusedIds(sink)).to.have.members(["0", "57"]);
    expect(stored).to.have.length(98);
  });

  it("gives up all rows if each of them is rejected", async () => {
    expect(await refusedIds(refusing(() => true, "row").sink)).to.have.length(100);
  });

  it("blames a row if the same statement works for others", async () => {
    const { sink, stored } = refusing((id) => id === "3", "statement");
    expect(await refusedIds(sink)).to.deep.equal(["3"]);
    expect(stored).to.have.length(99);
  });

  it("gives up no row if the database rejects everything, and does not try them all", async () => {
    let writes = 0;
    const { sink } = refusing(() => true, "statement");
    const counting: RecordSink = { ...sink, write: (part) => ((writes += 1), sink.write(part)) };
    await storeBatch(counting, records).then(
      () => expect.fail("The batch was given up."),
      (error: unknown) => expect(error).to.be.instanceOf(RefusedError),
    );
    expect(writes).to.be.below(40);
  });

  it("gives up no row while the database is unavailable", async () => {
    await storeBatch(refusing((id) => id === "3", "away").sink, records).then(
      () => expect.fail("The batch was given up."),
      (error: unknown) => expect(error).to.be.instanceOf(RefusedError),
    );
  });
});
