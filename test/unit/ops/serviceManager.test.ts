import { expect } from "chai";
import { VirtualClock } from "../../../lab/simulated/clock.ts";
import { createServiceManager } from "../../../src/ops/serviceManager.ts";
import { recordingLogger } from "../../support/recordingLogger.ts";

describe("Messages to systemd", () => {
  const sent: string[] = [];
  let answering = true;

  function open(environment: Record<string, string>) {
    sent.length = 0;
    answering = true;
    const clock = new VirtualClock();
    const { logger, lines } = recordingLogger();
    const manager = createServiceManager({
      clock,
      logger,
      environment,
      send: async (message) => void sent.push(message),
      answers: async () => answering,
    });
    return { clock, lines, manager };
  }
  const bySystemd = { NOTIFY_SOCKET: "/run/systemd/notify", WATCHDOG_USEC: "30000000" };

  it("are sent only by a service of systemd, and signs of life only with a watchdog", async () => {
    const alone = open({});
    alone.manager.ready();
    alone.manager.stopping();
    expect(sent).to.deep.equal([]);
    const unwatched = open({ NOTIFY_SOCKET: "/run/systemd/notify" });
    unwatched.manager.ready();
    await unwatched.clock.advance(100_000);
    unwatched.manager.stopping();
    expect(sent).to.deep.equal(["READY=1", "STOPPING=1"]);
  });

  it("are signs of life while the instance answers, three in the time that systemd allows", async () => {
    const { clock, lines, manager } = open(bySystemd);
    manager.ready();
    await clock.advance(30_000);
    expect(sent).to.deep.equal(["READY=1", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"]);
    answering = false;
    await clock.advance(30_000);
    expect(sent).to.have.length(4);
    expect(lines.map(({ fields }) => fields)).to.deep.equal([{ reason: "no answer over HTTP" }]);
    answering = true;
    await clock.advance(10_000);
    expect(sent).to.have.length(5);
    manager.stopping();
    await clock.advance(60_000);
    expect(sent.slice(5)).to.deep.equal(["STOPPING=1"]);
  });

  it("are no signs of life from an event loop that is late", async () => {
    let nowMs = 0;
    let due: (() => void) | null = null;
    const { logger, lines } = recordingLogger();
    sent.length = 0;
    const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const manager = createServiceManager({
      clock: {
        nowMs: () => nowMs,
        steadyMs: () => nowMs,
        setTimer: (callback) => ((due = callback), 1),
        clearTimer: () => (due = null),
      },
      logger,
      environment: bySystemd,
      send: async (message) => void sent.push(message),
      answers: async () => true,
    });
    const fireAt = async (atMs: number): Promise<void> => {
      nowMs = atMs;
      due?.();
      await settled();
    };
    manager.ready();
    await fireAt(15_000);
    expect(sent).to.deep.equal(["READY=1"]);
    expect(lines.map(({ fields }) => fields)).to.deep.equal([{ reason: "the event loop is late" }]);
    await fireAt(25_100);
    expect(sent).to.deep.equal(["READY=1", "WATCHDOG=1"]);
    manager.stopping();
  });
});
