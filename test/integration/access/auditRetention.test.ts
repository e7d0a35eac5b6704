import { expect } from "chai";
import { removeEntriesBefore } from "../../../src/access/auditRetention.ts";
import { monthBefore } from "../../../src/access/rules/wholeMonths.ts";
import { systemClock } from "../../../src/ops/clock.ts";
import { AuditEntry } from "../../../src/store/entities/access.ts";
import { forEachDatabase } from "../../support/databases.ts";

describe("Old entries of the audit log", function () {
  this.timeout(60_000);

  it("end with a whole month in the time zone", () => {
    const nowMs = Date.UTC(2026, 2, 31, 22);
    expect(monthBefore(nowMs, 1, "UTC")).to.deep.equal({ startMs: Date.UTC(2026, 1, 1), name: "2026-02" });
    // There it is April already.
    expect(monthBefore(nowMs, 1, "Europe/Moscow")).to.deep.equal({
      startMs: Date.UTC(2026, 1, 28, 21),
      name: "2026-03",
    });
    expect(monthBefore(nowMs, 27, "UTC").name).to.equal("2023-12");
  });

  forEachDatabase((open) => {
    it("are removed in batches, and all others stay as protected as before", async () => {
      const { store } = await open();
      const beforeMs = Date.UTC(2026, 5, 1);
      const entries = Array.from({ length: 1101 }, (_, index) => ({
        at: beforeMs + (index < 1100 ? -1 - index : 0),
        action: "change",
        outcome: "done",
        actorKind: "open",
        actorId: null,
        actorName: "",
        targetKind: null,
        targetId: null,
        address: "",
        details: null,
      }));
      await store.transaction((manager) => manager.insert(AuditEntry, entries));
      const left = (): Promise<number> => store.read((manager) => manager.count(AuditEntry));
      const byHand = (): Promise<string> =>
        store
          .transaction((manager) => manager.delete(AuditEntry, { action: "change" }))
          .then(
            () => "done",
            (error: Error) => error.name,
          );
      if (store.kind === "sqlite") expect(await byHand()).to.equal("StoreQueryError");
      expect(await removeEntriesBefore({ store, clock: systemClock }, beforeMs)).to.equal(1100);
      expect(await removeEntriesBefore({ store, clock: systemClock }, beforeMs)).to.equal(0);
      expect(await left()).to.equal(1);
      if (store.kind === "sqlite") expect(await byHand()).to.equal("StoreQueryError");
    });
  });
});
