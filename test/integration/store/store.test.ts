import { expect } from "chai";
import { DataSource, LessThan, MoreThan } from "typeorm";
import type { EntityManager } from "typeorm";
import { dataSourceOptions } from "../../../ormconfig.ts";
import { CallLog } from "../../../src/store/entities/calls.ts";
import { ImportResult } from "../../../src/store/entities/imports.ts";
import { entitiesOn } from "../../../src/store/entities/index.ts";
import { PhoneMapping } from "../../../src/store/entities/mappings.ts";
import { duplicateKey, StoreAwayError, StoreQueryError } from "../../../src/store/errors.ts";
import { createStore } from "../../../src/store/store.ts";
import { fromDatabaseTime, toDatabaseTime } from "../../../src/store/time.ts";
import type { Store } from "../../../src/store/types.ts";
import { phone } from "../../support/numbers.ts";
import { forEachDatabase, onSqliteInThreads, type Suite } from "../../support/databases.ts";
import { silentLogger } from "../../support/silentLogger.ts";

const insert = (manager: EntityManager, real: string, fake: string): Promise<unknown> =>
  manager.query("INSERT INTO phone_mappings (real_phone, fake_phone) VALUES (?, ?)", [real, fake]);

const realNumbers = async (store: Store): Promise<string[]> => {
  const rows = await store.read((manager): Promise<{ real_phone: string }[]> =>
    manager.query("SELECT real_phone FROM phone_mappings ORDER BY real_phone"),
  );
  return rows.map((row) => row.real_phone);
};

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It did not reject.");
}

/** Lets other transactions run their statements in between. */
const yieldToOthers = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("The store", function () {
  this.timeout(60_000);
  forEachDatabase(suite);
  onSqliteInThreads(suite);

  onSqliteInThreads((open) => {
    it("blocks neither this thread nor a quick read during a long statement", async () => {
      const { store } = await open();
      const order: string[] = [];
      const slow = store
        .read((manager) =>
          manager.query(
            "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 3000000) SELECT COUNT(*) FROM counted",
          ),
        )
        .then(() => order.push("slow"));
      await yieldToOthers();
      await store.read((manager) => manager.query("SELECT 1 FROM migrations LIMIT 1"), { quick: true });
      await yieldToOthers();
      order.push("quick");
      await slow;
      expect(order).to.deep.equal(["quick", "slow"]);
    });

    it("stores bytes, and rejects writes in a read-only query", async () => {
      const { store } = await open();
      const [row]: { bytes: Uint8Array; absent: null }[] = await store.read((manager) =>
        manager.query("SELECT ? AS bytes, ? AS absent", [Buffer.from([0, 255, 7]), null]),
      );
      expect([...new Uint8Array(row?.bytes ?? [])]).to.deep.equal([0, 255, 7]);
      expect(row?.absent).to.equal(null);
      const refused = await rejection(store.read((manager) => insert(manager, "1", "19")));
      expect(refused).to.be.instanceOf(Error);
    });
  });

  function suite(...[open, create]: Parameters<Suite>): void {
    it("isolates three concurrent transactions when one of them rolls back", async () => {
      const { store } = await open();
      const work = (real: string, fails: boolean): Promise<void> =>
        store.transaction(async (manager) => {
          await insert(manager, real, `${real}9`);
          await yieldToOthers();
          await yieldToOthers();
          if (fails) throw new Error("changed its mind");
        });
      const results = await Promise.allSettled([work("1", false), work("2", true), work("3", false)]);
      expect(results.map(({ status }) => status)).to.deep.equal(["fulfilled", "rejected", "fulfilled"]);
      expect(await realNumbers(store)).to.deep.equal(["1", "3"]);
    });

    it("does not show uncommitted changes to readers", async () => {
      const { store } = await open();
      let seenInside: string[] = [];
      let seenOutside: string[] = [];
      let written: () => void = () => undefined;
      const hasWritten = new Promise<void>((resolve) => {
        written = resolve;
      });
      const outside = hasWritten.then(async () => {
        seenOutside = await realNumbers(store);
      });
      await store.transaction(async (manager) => {
        await insert(manager, "1", "19");
        seenInside = await realNumbers(store);
        written();
        await outside;
      });
      expect({ seenInside, seenOutside }).to.deep.equal({ seenInside: ["1"], seenOutside: [] });
      expect(await realNumbers(store)).to.deep.equal(["1"]);
    });

    it("rolls back an inner transaction alone, and an outer one with everything in it", async () => {
      const { store } = await open();
      const told: string[] = [];
      const inner = (real: string, fails: boolean): Promise<void> =>
        store.transaction(async (manager) => {
          await insert(manager, real, `${real}9`);
          store.afterCommit(() => told.push(real));
          if (fails) throw new Error("changed its mind");
        });
      await store.transaction(async () => {
        await inner("1", false);
        await rejection(inner("2", true));
        await inner("3", false);
        expect(told).to.deep.equal([]);
      });
      await rejection(
        store.transaction(async () => {
          await inner("4", false);
          throw new Error("changed its mind");
        }),
      );
      expect(await realNumbers(store)).to.deep.equal(["1", "3"]);
      expect(told).to.deep.equal(["1", "3"]);
    });

    it("names the violated unique key, without numbers", async () => {
      const { store } = await open();
      await store.transaction((manager) => insert(manager, "79001112233", "79580000001"));
      const sameReal = await rejection(
        store.transaction((manager) => insert(manager, "79001112233", "79580000002")),
      );
      const sameFake = await rejection(
        store.transaction((manager) => insert(manager, "79001112234", "79580000001")),
      );
      expect([sameReal, sameFake].map(duplicateKey)).to.deep.equal(["real_phone", "fake_phone"]);
      for (const error of [sameReal, sameFake]) {
        expect(error).to.be.instanceOf(StoreQueryError);
        expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.to.match(/7900111|7958000/);
      }
      expect(store.health.status).to.equal("up");
    });

    it("distinguishes an invalid statement from an unavailable database", async () => {
      const { store } = await open();
      const error = await rejection(store.read((manager) => manager.query("SELECT nonsense FROM call_logs")));
      expect(error).to.be.instanceOf(StoreQueryError);
      expect(duplicateKey(error)).to.equal(null);
      expect(await store.ping(1000)).to.equal(true);
    });

    it("stores times in UTC to the millisecond", async () => {
      const { store } = await open();
      const atMs = Date.UTC(2026, 2, 29, 1, 30, 0, 123);
      await store.transaction((manager) =>
        manager.query(
          "INSERT INTO phone_mappings (real_phone, fake_phone, expires_at) VALUES ('1', '19', ?)",
          [toDatabaseTime(atMs)],
        ),
      );
      const [row] = await store.read(
        (manager): Promise<{ expires_at: Date | string; created_at: Date | string }[]> =>
          manager.query("SELECT expires_at, created_at FROM phone_mappings"),
      );
      expect(fromDatabaseTime(row?.expires_at ?? "")).to.equal(atMs);
      // `created_at` is filled in by the database's clock, so a wrong time zone would differ by hours.
      expect(Math.abs(fromDatabaseTime(row?.created_at ?? "") - Date.now())).to.be.below(60_000);
    });

    it("has entities that match the tables", async () => {
      const { store } = await open();
      await store.transaction(async (manager) => {
        const calls = manager.getRepository(CallLog);
        await calls.insert({
          callId: "a-1",
          fakePhone: "19",
          callTimestamp: 5,
          callStatus: "busy",
        });
        expect(await calls.findOneByOrFail({ callId: "a-1" })).to.deep.include({
          realPhone: null,
          callerId: "",
          callTimestamp: 5,
          callDuration: 0,
          node: null,
        });
        expect(await calls.countBy({ callTimestamp: LessThan(6) })).to.equal(1);
        expect(await calls.countBy({ callTimestamp: LessThan(5) })).to.equal(0);
        for (const { options } of entitiesOn(store.kind)) await manager.getRepository(options.name).find();
      });
    });

    it("accepts null or bytes as the only parameter of a statement", async () => {
      const { store } = await open();
      const piece = Buffer.from("ab");
      await store.transaction(async (manager) => {
        await manager.insert(PhoneMapping, { fakePhone: phone("19"), label: "a" });
        await manager.update(PhoneMapping, { id: MoreThan(0) }, { label: null });
        await manager.insert(ImportResult, { importId: 1, lastRow: 1, piece: Buffer.from("a") });
        await manager.update(ImportResult, { importId: 1 }, { piece });
      });
      const [mapping] = await store.read((manager) => manager.find(PhoneMapping));
      expect(mapping?.label).to.equal(null);
      const [result] = await store.read((manager) => manager.find(ImportResult));
      expect(Buffer.from(result?.piece ?? []).equals(piece)).to.equal(true);
    });

    it("accepts the row that the dialplan writes", async () => {
      const { store } = await open();
      await store.transaction((manager) =>
        manager.query(
          "INSERT INTO call_logs (call_id, fake_phone, real_phone, caller_id, call_timestamp, call_duration, call_status) VALUES ('a-1', '19', '1', '2', '2026-01-01 00:00:00', 5, 'answered')",
        ),
      );
      const error = await rejection(
        store.transaction((manager) =>
          manager.query(
            "INSERT INTO call_logs (call_id, fake_phone, call_status) VALUES ('a-1', '19', 'busy')",
          ),
        ),
      );
      expect(duplicateKey(error)).to.equal("call_id");
    });

    it("allows several instances to start on an empty database at once", async () => {
      const address = await create();
      const stores = Array.from({ length: 4 }, () => createStore({ address, logger: silentLogger }));
      try {
        for (const store of stores) store.open();
        await Promise.all(stores.map((store) => store.ready()));
        const [first] = stores;
        const rows = await first?.read((manager): Promise<{ name: string }[]> =>
          manager.query("SELECT name FROM migrations"),
        );
        expect(rows?.length).to.be.above(0);
        expect(new Set(rows?.map(({ name }) => name)).size).to.equal(rows?.length);
      } finally {
        await Promise.all(stores.map((store) => store.close()));
      }
    });

    it("migrates with a single connection", async () => {
      const address = await create();
      const store = createStore({
        address: address.kind === "mysql" ? { ...address, poolSize: 1 } : address,
        logger: silentLogger,
      });
      store.open();
      await store.ready();
      expect(await realNumbers(store)).to.deep.equal([]);
      await store.close();
    });

    it("works with the tables of a later version, and health says so", async () => {
      const address = await create();
      const openedStore = async (): Promise<Store> => {
        const store = createStore({ address, logger: silentLogger });
        store.open();
        await store.ready();
        return store;
      };
      const store = await openedStore();
      expect(store.health.status).to.equal("up");
      await store.transaction((manager) =>
        manager.query(
          "INSERT INTO migrations (timestamp, name) VALUES (1900000000001, 'Later1900000000001')",
        ),
      );
      await store.close();
      const again = await openedStore();
      expect(again.health).to.deep.include({ status: "degraded" });
      expect(again.health.detail).to.include("has tables of a later version");
      expect(await realNumbers(again)).to.deep.equal([]);
      await again.close();
    });

    it("can revert every migration and run it again", async () => {
      const address = await create();
      const dataSource = new DataSource(dataSourceOptions(address));
      await dataSource.initialize();
      try {
        const done = await dataSource.runMigrations();
        for (const _ of done) await dataSource.undoLastMigration();
        const runner = dataSource.createQueryRunner();
        for (const table of ["phone_mappings", "call_logs", "number_pools", "number_ranges"]) {
          expect(await runner.hasTable(table), table).to.equal(false);
        }
        await runner.release();
        expect(await dataSource.runMigrations()).to.have.length(done.length);
      } finally {
        await dataSource.destroy();
      }
    });

    it("serializes transactions of two processes that lock the same row", async () => {
      const { store, another } = await open();
      const other = await another();
      await store.transaction((manager) => insert(manager, "0", "09"));
      const count = async (on: Store): Promise<void> =>
        on.transaction(async (manager) => {
          const lock = on.kind === "mysql" ? " FOR UPDATE" : "";
          const [row]: { real_phone: string }[] = await manager.query(
            `SELECT real_phone FROM phone_mappings WHERE fake_phone = '09'${lock}`,
          );
          await yieldToOthers();
          await manager.query("UPDATE phone_mappings SET real_phone = ? WHERE fake_phone = '09'", [
            String(Number(row?.real_phone) + 1),
          ]);
        });
      await Promise.all(Array.from({ length: 20 }, (_, index) => count(index % 2 === 0 ? store : other)));
      expect(await realNumbers(store)).to.deep.equal(["20"]);
    });

    it("continues after the database has aborted a transaction", async () => {
      const { store } = await open();
      const error = new Error("the disk was full");
      const ended = store.transaction(async (manager) => {
        await insert(manager, "1", "19");
        await manager.query("ROLLBACK");
        throw error;
      });
      expect(await rejection(ended)).to.equal(error);
      await store.transaction((manager) => insert(manager, "2", "29"));
      await rejection(
        store.transaction(async (manager) => {
          await insert(manager, "3", "39");
          throw error;
        }),
      );
      expect(await realNumbers(store)).to.deep.equal(["2"]);
    });

    it("is unavailable before it is opened and after it is closed", async () => {
      const { address } = await open();
      const store = createStore({ address, logger: silentLogger });
      expect(await rejection(realNumbers(store))).to.be.instanceOf(StoreAwayError);
      store.open();
      await store.ready();
      expect(await realNumbers(store)).to.deep.equal([]);
      await store.close();
      await store.close();
      expect(await rejection(realNumbers(store))).to.be.instanceOf(StoreAwayError);
    });
  }
});
