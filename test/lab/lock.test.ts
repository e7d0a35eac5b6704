import { expect } from "chai";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { withLabLock } from "../../lab/lock.ts";

const LOCK_MODULE = fileURLToPath(new URL("../../lab/lock.ts", import.meta.url));

/** Another process that takes the lock, reports that, and keeps it until it is killed. */
const holder = async (folder: string): Promise<ChildProcess> => {
  const script = `
    import { withLabLock } from ${JSON.stringify(LOCK_MODULE)};
    await withLabLock(${JSON.stringify(folder)}, async () => {
      process.stdout.write("owned");
      await new Promise(() => setInterval(() => undefined, 1000));
    });`;
  const child = spawn(process.execPath, ["--import=tsx", "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
};

describe("The lab's lock", () => {
  const folder = (): string => `/nowhere/${randomUUID()}`;

  it("allows one run at a time", async () => {
    const shared = folder();
    let inside = 0;
    let most = 0;
    const turns = await Promise.all(
      Array.from({ length: 8 }, (_, turn) =>
        withLabLock(shared, async () => {
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
          inside -= 1;
          return turn;
        }),
      ),
    );
    expect(most).to.equal(1);
    expect(turns).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("does not block labs in other folders", async () => {
    const order: string[] = [];
    await withLabLock(folder(), async () => {
      await withLabLock(folder(), async () => {
        order.push("inner");
      });
      order.push("outer");
    });
    expect(order).to.deep.equal(["inner", "outer"]);
  });

  it("is released after work that throws", async () => {
    const shared = folder();
    const failed = await withLabLock(shared, async () => {
      throw new Error("broken");
    }).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(Error);
    expect(await withLabLock(shared, async () => "free")).to.equal("free");
  });

  it("is released when its owner is killed, and reports waiting", async () => {
    const shared = folder();
    const owner = await holder(shared);
    let waited = false;
    await withLabLock(
      shared,
      async () => undefined,
      () => {
        waited = true;
        owner.kill("SIGKILL");
      },
    );
    expect(waited).to.equal(true);
    if (owner.exitCode === null && owner.signalCode === null) await once(owner, "exit");
    expect(owner.signalCode).to.equal("SIGKILL");
  });

  it("is released when its owner is done, although another process waits", async () => {
    const shared = folder();
    // Keeps the lock forever, and stays alive only until another process waits.
    const script = `
      import { subscribe } from "node:diagnostics_channel";
      import { withLabLock } from ${JSON.stringify(LOCK_MODULE)};
      const alive = setInterval(() => undefined, 1000);
      subscribe("net.server.socket", () => clearInterval(alive));
      void withLabLock(${JSON.stringify(shared)}, () => {
        process.stdout.write("owned");
        return new Promise(() => undefined);
      });`;
    const owner = spawn(process.execPath, ["--import=tsx", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(owner.stdout, "data");
      const ended = once(owner, "exit");
      expect(await withLabLock(shared, async () => "ours")).to.equal("ours");
      expect(await ended).to.deep.equal([0, null]);
    } finally {
      owner.kill("SIGKILL");
    }
  });
});
