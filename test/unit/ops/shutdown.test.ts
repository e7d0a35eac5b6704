import { EventEmitter } from "node:events";
import { expect } from "chai";
import { spy } from "sinon";
import { Shutdown } from "../../../src/ops/shutdown.ts";
import { VirtualClock } from "../../../lab/simulated/clock.ts";
import type { Clock } from "../../../src/ops/types.ts";
import { recordingLogger } from "../../support/recordingLogger.ts";

function setUp() {
  let timer: (() => void) | null = null;
  const clock: Clock = {
    nowMs: () => 0,
    setTimer: (callback) => {
      timer = callback;
      return 1;
    },
    clearTimer: () => {
      timer = null;
    },
  };
  const exit = spy();
  const { logger, lines } = recordingLogger();
  const shutdown = new Shutdown({ deadlineMs: 1000, clock, logger, exit });
  return { shutdown, exit, lines, passDeadline: () => timer?.(), timerIsSet: () => timer !== null };
}

describe("Shutdown", () => {
  it("runs the phases one after the other in their order and exits with 0", async () => {
    const { shutdown, exit, timerIsSet } = setUp();
    const done: string[] = [];
    shutdown.phase("first", async () => {
      await new Promise(setImmediate);
      done.push("first");
    });
    shutdown.phase("second", () => {
      done.push("second");
    });
    await shutdown.run("test");
    expect(done).to.deep.equal(["first", "second"]);
    expect(exit.args).to.deep.equal([[0]]);
    expect(timerIsSet()).to.equal(false);
  });

  it("runs once, however often it is requested", async () => {
    const { shutdown, exit } = setUp();
    const phase = spy();
    shutdown.phase("only", phase);
    expect(shutdown.stopping).to.equal(false);
    await Promise.all([shutdown.run("one"), shutdown.run("two")]);
    expect(shutdown.stopping).to.equal(true);
    expect(phase.callCount).to.equal(1);
    expect(exit.callCount).to.equal(1);
  });

  it("continues after a failed phase, names it, and exits with 1", async () => {
    const { shutdown, exit, lines } = setUp();
    const next = spy();
    const error = new Error("no");
    shutdown.phase("broken", () => Promise.reject(error));
    shutdown.phase("next", next);
    await shutdown.run("test");
    expect(next.callCount).to.equal(1);
    expect(lines.find(({ level }) => level === "error")?.fields).to.include({
      phase: "broken",
      error,
    });
    expect(exit.args).to.deep.equal([[1]]);
  });

  it("ends the process at the deadline and names the phase that hung", () => {
    const { shutdown, exit, lines, passDeadline } = setUp();
    shutdown.phase("hanging", () => new Promise<void>(() => {}));
    void shutdown.run("test");
    passDeadline();
    expect(exit.args).to.deep.equal([[1]]);
    expect(lines.find(({ level }) => level === "error")?.fields).to.include({ phase: "hanging" });
  });

  it("abandons a phase at its own limit, and still runs the following ones", async () => {
    const { logger, lines } = recordingLogger();
    const clock = new VirtualClock();
    const exit = spy();
    const shutdown = new Shutdown({ deadlineMs: 1000, clock, logger, exit });
    const next = spy();
    shutdown.phase("hanging", () => new Promise<void>(() => {}), 400);
    shutdown.phase("next", next, 400);
    void shutdown.run("test");
    await clock.advance(399);
    expect(next.called).to.equal(false);
    await clock.advance(1);
    expect(next.callCount).to.equal(1);
    expect(exit.args).to.deep.equal([[0]]);
    expect(lines.find(({ level }) => level === "warn")?.fields).to.include({ phase: "hanging" });
  });

  it("shuts down gracefully on the first signal and exits immediately on the second", () => {
    const { shutdown, exit } = setUp();
    const process = new EventEmitter();
    shutdown.phase("hanging", () => new Promise<void>(() => {}));
    shutdown.listen(process);
    process.emit("SIGTERM");
    expect(shutdown.stopping).to.equal(true);
    expect(exit.called).to.equal(false);
    process.emit("SIGINT");
    expect(exit.args).to.deep.equal([[130]]);
  });
});
