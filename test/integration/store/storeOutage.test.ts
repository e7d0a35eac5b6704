import { expect } from "chai";
import { once } from "node:events";
import { createServer } from "node:net";
import { StoreAwayError } from "../../../src/store/errors.ts";
import { createStore } from "../../../src/store/store.ts";
import type { Store } from "../../../src/store/types.ts";
import { onMysql } from "../../support/databases.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { startTroubledProxy } from "../../support/troubledProxy.ts";
import type { TroubledProxy } from "../../support/troubledProxy.ts";
import { until } from "../../support/until.ts";

const ask = (store: Store): Promise<unknown> => store.read((manager) => manager.query("SELECT 1 AS one"));
const answers = async (store: Store): Promise<boolean> => {
  try {
    await ask(store);
    return true;
  } catch (error) {
    if (error instanceof StoreAwayError) return false;
    throw error;
  }
};

describe("The store during a MySQL outage", function () {
  this.timeout(60_000);
  onMysql((_open, create) => {
    let proxy: TroubledProxy;
    let stores: Store[];
    let url: URL;

    const storeAt = (port: number): Store => {
      url.port = String(port);
      const store = createStore({
        address: { kind: "mysql", url: url.href, poolSize: 3 },
        logger: silentLogger,
        // Where nothing hangs, MySQL answers in time even on a busy machine.
        connectTimeoutMs: 2_000,
        readTimeoutMs: 2_000,
        transactionTimeoutMs: 2_000,
      });
      stores.push(store);
      store.open();
      return store;
    };

    beforeEach(async () => {
      const address = await create();
      if (address.kind !== "mysql") throw new Error("This suite is about MySQL.");
      url = new URL(address.url);
      stores = [];
      proxy = await startTroubledProxy({ host: url.hostname, port: Number(url.port) });
      url.hostname = proxy.host;
    });

    afterEach(async () => {
      await Promise.all(stores.map((store) => store.close()));
      await proxy.close();
    });

    it("starts without MySQL, reports that, and is ready once it is available", async () => {
      proxy.cut();
      const store = storeAt(proxy.port);
      await until(() => /has not connected yet\. .*PROTOCOL_CONNECTION_LOST|ECONN/.test(store.health.detail));
      expect(store.health.status).to.equal("down");
      expect(await answers(store)).to.equal(false);
      proxy.heal();
      await store.ready();
      expect(await answers(store)).to.equal(true);
    });

    it("starts while MySQL accepts connections but does not respond", async () => {
      proxy.freeze();
      const store = storeAt(proxy.port);
      await until(() => store.health.detail.length > "MySQL has not connected yet.".length);
      proxy.heal();
      await store.ready();
      expect(await answers(store)).to.equal(true);
    });

    it("rejects at once while MySQL is down, and recovers by itself", async () => {
      const store = storeAt(proxy.port);
      await store.ready();
      proxy.cut();
      expect(await answers(store)).to.equal(false);
      await until(() => store.health.status === "down");
      expect(await store.ping(1000)).to.equal(false);
      proxy.heal();
      await until(() => store.health.status === "up");
      expect(await answers(store)).to.equal(true);
    });

    it("times out if MySQL hangs, even with all connections of the pool in use", async () => {
      const store = storeAt(proxy.port);
      await store.ready();
      await Promise.all(Array.from({ length: 6 }, () => ask(store)));
      proxy.freeze();
      const asked = [
        ...Array.from({ length: 6 }, () => answers(store)),
        store.transaction(async (manager) => manager.query("SELECT 1")).catch((error: unknown) => error),
      ];
      const results = await Promise.all(asked);
      expect(results.slice(0, 6)).to.deep.equal(Array.from({ length: 6 }, () => false));
      expect(results[6]).to.be.instanceOf(StoreAwayError);
      await until(() => store.health.status === "down");
      proxy.heal();
      await until(() => store.health.status === "up");
      expect(await Promise.all(Array.from({ length: 6 }, () => answers(store)))).not.to.include(false);
    });

    it("does not mistake one broken connection for an outage", async () => {
      const store = storeAt(proxy.port);
      await store.ready();
      const kill = store.read((manager) => manager.query("KILL CONNECTION_ID()"));
      await kill.then(
        () => expect.fail("the connection was killed"),
        () => undefined,
      );
      expect(await answers(store)).to.equal(true);
      expect(store.health.status).to.equal("up");
    });

    it("can be closed while it is still connecting", async () => {
      const closed = createServer().listen(0, "127.0.0.1");
      await once(closed, "listening");
      const address = closed.address();
      closed.close();
      await once(closed, "close");
      if (address === null || typeof address === "string") throw new Error("no port");
      const store = storeAt(address.port);
      await until(() => store.health.detail.includes("ECONNREFUSED"));
      await store.close();
      expect(store.health.status).to.equal("off");
      await store.ready().then(
        () => expect.fail("it was never ready"),
        () => undefined,
      );
    });
  });
});
