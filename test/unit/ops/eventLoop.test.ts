import { expect } from "chai";
import { observeEventLoop, watchEventLoop } from "../../../src/ops/eventLoop.ts";
import { HealthRegistry } from "../../../src/ops/health.ts";
import { createMetrics } from "../../../src/ops/metrics.ts";
import { VirtualClock } from "../../../lab/simulated/index.ts";

/** A watch whose timers fire on time by the clock, although more time has passed after a stall. */
function watched() {
  const clock = new VirtualClock();
  const lines: { readonly message: string; readonly fields: Record<string, unknown> }[] = [];
  let lostMs = 0;
  const watch = watchEventLoop({
    clock: {
      nowMs: () => clock.nowMs(),
      steadyMs: () => clock.nowMs() + lostMs,
      setTimer: (callback, afterMs) => clock.setTimer(callback, afterMs),
      clearTimer: (handle) => clock.clearTimer(handle),
    },
    logger: { warn: (message, fields = {}) => lines.push({ message, fields }) },
  });
  const stall = async (forMs: number): Promise<void> => {
    lostMs += forMs;
    await clock.advance(20);
  };
  return { clock, watch, lines, stall };
}

describe("The event loop watch", () => {
  it("is up and silent while nothing blocks the loop", async () => {
    const { clock, watch, lines } = watched();
    await clock.advance(60_000);
    expect(watch.health).to.deep.equal({ status: "up", detail: "Not blocked in the last minute." });
    expect(watch.figures).to.include({ stalls: 0, stalledMs: 0 });
    expect(watch.figures.maxMs).to.be.below(1);
    expect(lines).to.deep.equal([]);
    watch.close();
  });

  it("is degraded for a minute after a stall that callers notice, and names the running work", async () => {
    const { clock, watch, lines, stall } = watched();
    await clock.advance(20_000);
    const end = watch.begin(() => "POST /pools");
    const endEarlier = watch.begin(() => "GET /pools");
    endEarlier();
    await clock.advance(20);
    // Its response is often ready by the time the loop is free again.
    const begin = watch.begin(() => "GET /calls");
    begin();
    await stall(400);
    end();
    expect(watch.health).to.deep.equal({ status: "degraded", detail: "Blocked for 400 ms, 0 s ago." });
    expect(lines).to.deep.equal([
      {
        message: "The event loop was blocked, and calls had to wait",
        fields: { delayMs: 400, stalls: 1, requests: ["GET /calls", "POST /pools"] },
      },
    ]);
    await clock.advance(30_000);
    await stall(60);
    expect(watch.health.detail).to.equal("Blocked for 400 ms, 30 s ago.");
    await clock.advance(31_000);
    expect(watch.health.status).to.equal("up");
    watch.close();
  });

  it("reports a lesser stall without being degraded", async () => {
    const { clock, watch, lines, stall } = watched();
    await clock.advance(20_000);
    await stall(60);
    expect(watch.health).to.deep.equal({ status: "up", detail: "Blocked for 60 ms, 0 s ago." });
    expect(lines).to.have.length(1);
    // Not one line for each of them.
    await stall(70);
    expect(lines).to.have.length(1);
    expect(watch.figures).to.include({ stalls: 2, stalledMs: 130 });
    watch.close();
  });

  it("ignores startup, when modules are loaded", async () => {
    const { watch, lines, stall } = watched();
    await stall(700);
    expect(watch.health.status).to.equal("up");
    expect(lines).to.deep.equal([]);
    watch.close();
  });

  it("reports health and metrics, whose maxima expire after a minute and whose totals do not", async () => {
    const { clock, watch, stall } = watched();
    const health = new HealthRegistry();
    const metrics = createMetrics({ node: "n1", processMetrics: false });
    observeEventLoop(watch, { health, metrics });
    const figure = async (name: string): Promise<number> => {
      const { body } = await metrics.expose();
      const line = body.split("\n").find((one) => one.startsWith(`phone_proxy_${name}{`)) ?? "";
      return Number(line.split(" ").at(-1));
    };
    await clock.advance(20_000);
    await stall(500);
    expect(health.report().parts["eventLoop"]).to.include({ kind: "eventLoop", status: "degraded" });
    expect(await figure("event_loop_delay_max_seconds")).to.be.within(0.499, 0.502);
    expect(await figure("event_loop_delay_p99_seconds")).to.be.below(0.01);
    await clock.advance(61_000);
    expect(await figure("event_loop_delay_max_seconds")).to.be.below(0.001);
    expect(await figure("event_loop_stalls_total")).to.equal(1);
    expect(await figure("event_loop_stalled_seconds_total")).to.equal(0.5);
    watch.close();
  });
});
