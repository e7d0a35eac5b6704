import { expect } from "chai";
import { createConnection } from "mysql2/promise";
import { StoreAwayError } from "../../../src/store/errors.ts";
import { createStore } from "../../../src/store/store.ts";
import type { Store } from "../../../src/store/types.ts";
import { onMysql } from "../../support/databases.ts";
import type { TestDatabase } from "../../support/databases.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { startTroubledProxy } from "../../support/troubledProxy.ts";
import type { TroubledProxy } from "../../support/troubledProxy.ts";
import { until } from "../../support/until.ts";

/** A second database of the same server in place of a replica; test/deploy has real ones. */
describe("Reads that may lag", function suite() {
  this.timeout(60_000);
  onMysql((open) => {
    let primary: TestDatabase;
    let replica: TestDatabase;
    let proxy: TroubledProxy;
    let store: Store;

    const nameOf = ({ address }: TestDatabase): string =>
      address.kind === "mysql" ? new URL(address.url).pathname.slice(1) : "";
    const answeredBy = (mayLag = true): Promise<string> =>
      store.read(
        async (manager) => {
          const rows: { name: string }[] = await manager.query("SELECT DATABASE() AS name");
          return rows[0]?.name === nameOf(replica) ? "replica" : "primary";
        },
        { mayLag },
      );
    const setHeartbeat = (database: TestDatabase, time: string): Promise<unknown> =>
      database.store.transaction((manager) =>
        manager.query(`UPDATE replication_heartbeat SET beat_at = ${time}`),
      );

    beforeEach(async () => {
      primary = await open();
      replica = await open();
      if (primary.address.kind !== "mysql" || replica.address.kind !== "mysql") throw new Error("Not MySQL.");
      const url = new URL(replica.address.url);
      proxy = await startTroubledProxy({ host: url.hostname, port: Number(url.port) });
      url.host = `${proxy.host}:${proxy.port}`;
      store = createStore({
        address: primary.address,
        readUrls: [url.href],
        logger: silentLogger,
        readTimeoutMs: 3000,
      });
      store.open();
      await store.ready();
      // It stays near whatever the time is.
      await setHeartbeat(replica, "'2100-01-01'");
      await until(() => store.replicas[0]?.used === true);
    });
    afterEach(async () => {
      await store.close();
      await proxy.close();
    });

    it("are answered by a replica, and all others by the primary", async () => {
      expect(await answeredBy()).to.equal("replica");
      expect(await answeredBy(false)).to.equal("primary");
      const inTransaction = await store.transaction(() => answeredBy());
      expect(inTransaction).to.equal("primary");
      expect(store.connections?.used).to.equal(0);
    });

    it("are answered by the primary while the replica is behind, and by the replica afterwards", async () => {
      await setHeartbeat(replica, "UTC_TIMESTAMP(3) - INTERVAL 11 SECOND");
      await until(() => store.replicas[0]?.used === false);
      expect(await answeredBy()).to.equal("primary");
      await setHeartbeat(replica, "UTC_TIMESTAMP(3) - INTERVAL 3 SECOND");
      await until(() => store.replicas[0]?.used === true);
      expect(store.replicas[0]?.lagSeconds).to.be.within(3, 10);
    });

    it("are answered by the primary when the replica breaks off, hangs, or refuses", async () => {
      proxy.cut();
      expect(await answeredBy()).to.equal("primary");
      expect(store.replicas[0]?.used).to.equal(false);
      expect(store.health.status).to.equal("up");
      proxy.heal();
      await until(() => store.replicas[0]?.used === true);
      expect(await answeredBy()).to.equal("replica");

      proxy.freeze();
      expect(await answeredBy()).to.equal("primary");
      proxy.heal();
      await until(() => store.replicas[0]?.used === true);
    });

    it("are answered by the primary if the replica lacks a table", async () => {
      await replica.store.transaction((manager) =>
        manager.query("RENAME TABLE call_peaks TO call_peaks_then"),
      );
      try {
        const rows: unknown = await store.read((manager) => manager.query("SELECT * FROM call_peaks"), {
          mayLag: true,
        });
        expect(rows).to.deep.equal([]);
        expect(store.replicas[0]?.health.detail).to.contain("ER_NO_SUCH_TABLE");
      } finally {
        await replica.store.transaction((manager) =>
          manager.query("RENAME TABLE call_peaks_then TO call_peaks"),
        );
      }
      await until(() => store.replicas[0]?.used === true);
    });

    it("are refused while the primary is away, and statements that are wrong stay so", async () => {
      const wrong = await store
        .read((manager) => manager.query("SELECT nothing"), { mayLag: true })
        .catch((error: unknown) => error);
      expect(wrong).to.be.an("error").with.property("code", "STORE_QUERY");
      expect(store.replicas[0]?.used).to.equal(true);
      expect(await answeredBy()).to.equal("replica");
      await store.close();
      const closed = await answeredBy().catch((error: unknown) => error);
      expect(closed).to.be.instanceOf(StoreAwayError);
    });

    it("have the primary's time written about once a second", async () => {
      if (primary.address.kind !== "mysql") throw new Error("Not MySQL.");
      const connection = await createConnection(primary.address.url);
      try {
        const beats = new Set<string>();
        await until(async () => {
          const [rows] = await connection.query(
            "SELECT CAST(beat_at AS CHAR) AS at, beat_at > UTC_TIMESTAMP() - INTERVAL 9 SECOND AS fresh FROM replication_heartbeat",
          );
          const [row] = rows as { at: string; fresh: number }[];
          if (row?.fresh === 1) beats.add(row.at);
          return beats.size >= 2;
        });
      } finally {
        await connection.end();
      }
    });
  });
});
