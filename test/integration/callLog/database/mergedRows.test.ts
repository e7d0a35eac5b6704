import { expect } from "chai";
import fc from "fast-check";
import { createRecordSink } from "../../../../src/callLog/database/recordSink.ts";
import { merged } from "../../../../src/callLog/rules/merge.ts";
import { CallLog, type CallLogRow } from "../../../../src/store/entities/calls.ts";
import type { Store } from "../../../../src/store/types.ts";
import { type Delivery, twoDeliveries } from "../../../support/callAccounts.ts";
import { forEachDatabase } from "../../../support/databases.ts";

describe("accounts of one call in the database", function suite() {
  this.timeout(120_000);

  forEachDatabase((open) => {
    const rowOf = (store: Store, callId: string): Promise<CallLogRow | null> =>
      store.read((manager) =>
        manager.createQueryBuilder(CallLog, "call").addSelect("call.timeline").where({ callId }).getOne(),
      );

    it("become the same row in any order, repeated, split into statements, and merged in memory first", async () => {
      const { store } = await open();
      const sink = createRecordSink(store);
      let calls = 0;

      /** Writes each step with one statement, as one merged record or as the accounts one by one. */
      async function rowAfter(delivery: Delivery, inMemory: boolean): Promise<Partial<CallLogRow> | null> {
        const callId = `call-${(calls += 1)}`;
        for (const step of delivery) {
          const records = inMemory ? [step.reduce(merged)] : step;
          await sink.write(records.map((record) => ({ ...record, callId })));
        }
        const row = await rowOf(store, callId);
        return row && { ...row, id: 0, callId: "" };
      }

      await fc.assert(
        fc.asyncProperty(twoDeliveries, async ([one, other]) => {
          const expected = await rowAfter([one.flat()], true);
          expect(expected).to.not.equal(null);
          expect(await rowAfter(one, false)).to.deep.equal(expected);
          expect(await rowAfter(other, false)).to.deep.equal(expected);
          expect(await rowAfter(other, true)).to.deep.equal(expected);
        }),
        { numRuns: 150 },
      );
    });
  });
});
