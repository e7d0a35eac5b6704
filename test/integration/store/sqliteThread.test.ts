import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { expect } from "chai";
import { User } from "../../../src/store/entities/access.ts";
import { StoreAwayError } from "../../../src/store/errors.ts";
import { createStore } from "../../../src/store/store.ts";
import type { Store } from "../../../src/store/types.ts";
import { silentLogger } from "../../support/silentLogger.ts";
import { until } from "../../support/until.ts";

describe("A thread of SQLite that dies", function () {
  this.timeout(60_000);
  let folder: string;
  let store: Store;
  /** In the order of their start: the one that writes, and the one that reads. */
  let threads: Worker[];
  const collect = (worker: Worker): void => void threads.push(worker);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "phone-proxy-test-"));
    threads = [];
    process.on("worker", collect);
    const address = { kind: "sqlite", file: join(folder, "test.sqlite") } as const;
    store = createStore({ address, logger: silentLogger, threads: true });
    store.open();
    await store.ready();
    expect(threads).to.have.length(2);
  });
  afterEach(async () => {
    process.off("worker", collect);
    await store.close();
    await rm(folder, { recursive: true });
  });

  const add = (username: string): Promise<unknown> =>
    store.transaction((manager) =>
      manager.insert(User, { username, displayName: "", role: "operator", createdAt: 0, updatedAt: 0 }),
    );
  const count = (): Promise<number> => store.read((manager) => manager.count(User));
  const failureOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => null,
      (error: unknown) => error,
    );
  async function kill(thread: Worker | undefined): Promise<void> {
    if (thread === undefined) throw new Error("There is no such thread.");
    const ended = once(thread, "exit");
    await thread.terminate();
    await ended;
  }

  it("takes only its transaction with it, and is replaced", async () => {
    await add("before");
    const [writer] = threads;
    const failed = await failureOf(
      store.transaction(async (manager) => {
        await manager.insert(User, {
          username: "lost",
          displayName: "",
          role: "operator",
          createdAt: 0,
          updatedAt: 0,
        });
        await kill(writer);
        await manager.count(User);
      }),
    );
    expect(failed).to.be.instanceOf(StoreAwayError);
    await until(async () => (await failureOf(add("after"))) === null);
    expect(threads).to.have.length(4);
    expect(await count()).to.equal(2);
    expect(store.health.status).to.equal("up");
  });

  it("is replaced when it has been reading, and when it dies idle", async () => {
    await add("before");
    for (const [deaths, which] of [1, 0].entries()) {
      await kill(threads.slice(-2)[which]);
      // Idle threads are noticed by the regular ping.
      if (which === 0) await until(() => store.ping(1000));
      else await until(async () => (await failureOf(count())) === null);
      expect(threads).to.have.length(2 * (deaths + 2));
      expect(await count()).to.equal(deaths + 1);
      await add(`after ${deaths}`);
    }
    expect(await count()).to.equal(3);
  });
});
