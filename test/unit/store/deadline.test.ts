import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import { systemClock } from "../../../src/ops/clock.ts";
import { StoreAwayError } from "../../../src/store/errors.ts";
import { withinDeadline } from "../../../src/store/deadline.ts";
import { blockEventLoop } from "../../support/blockEventLoop.ts";

describe("withinDeadline()", () => {
  it("settles like the promise", async () => {
    expect(await withinDeadline(systemClock, Promise.resolve(7), 1000)).to.equal(7);
    const error = new Error("Broken.");
    expect(
      await withinDeadline(systemClock, Promise.reject(error), 1000).catch((thrown: unknown) => thrown),
    ).to.equal(error);
  });

  it("rejects if the promise takes longer", async () => {
    const never = new Promise(() => undefined);
    const thrown: unknown = await withinDeadline(systemClock, never, 20).catch((error: unknown) => error);
    expect(thrown).to.be.instanceOf(StoreAwayError);
  });

  it("accepts a response that arrived while the event loop was blocked", async () => {
    const server = createServer((socket) => socket.end("answer")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    await once(socket, "connect");
    // Timers run next, before sockets are read.
    await setImmediate();
    const answer = withinDeadline(systemClock, once(socket, "data"), 50);
    blockEventLoop(300);
    expect(String((await answer)[0])).to.equal("answer");
    socket.destroy();
    server.close();
  });
});
